using System.Collections.Immutable;
using Brim.Compile.Emit;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>Chooses a kernel for every node: the first rule that accepts. Reports every node without one.</summary>
public static class KernelSelector
{
    /// <summary>Chooses for all nodes of a lowered graph, in its order.</summary>
    /// <returns>One choice a node, or null if some node has no kernel.</returns>
    public static ImmutableArray<KernelChoice>? Select(Graph graph, TargetMachine target, ImmutableArray<IKernelRule> rules, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var choices = ImmutableArray.CreateBuilder<KernelChoice>(graph.Nodes.Length);
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var view = new NodeView(graph, graph.Nodes[i], target);
            if (Choose(view, i, rules, diagnostics) is { } choice)
                choices.Add(choice);
        }
        return choices.Count == graph.Nodes.Length ? choices.MoveToImmutable() : null;
    }

    private static KernelChoice? Choose(NodeView view, int index, ImmutableArray<IKernelRule> rules, DiagnosticBag diagnostics)
    {
        var declined = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var rule in rules)
        {
            var match = rule.Match(view);
            if (match.Accepted)
            {
                var context = new LoweringContext(LibraryNames.StepName(index, view.Node.Op.Mnemonic));
                return new KernelChoice(view.Node, rule.Name, rule.Lower(view, context), declined.ToImmutable());
            }
            declined.Add((rule.Name, match.Reason ?? "declined"));
        }
        diagnostics.Report(KernelDiagnostics.NoKernel, view.Node.Location,
            $"no kernel for {view.Node.Op.Mnemonic} '{view.Node.Name}' -> {view.OutputType()} on {view.Target.Name}", null,
            [.. declined.Select(d => $"{d.Item1}: {d.Item2}").Distinct(StringComparer.Ordinal)]);
        return null;
    }
}
