using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile;

/// <summary>The compiler from an imported graph to a planned program.</summary>
public static class ModelCompiler
{
    /// <summary>Compiles; null with diagnostics if some node has no kernel or a pass found an error.</summary>
    /// <param name="imported">The model.</param>
    /// <param name="backend">Machine, rules and costs.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="accumulators">Limits of accumulators; null for none.</param>
    /// <param name="goal">What kernels are chosen for.</param>
    public static CompiledModel? Compile(Graph imported, Backend backend, DiagnosticBag diagnostics, AccumulatorOptions? accumulators = null,
        SelectionGoal goal = SelectionGoal.Speed)
    {
        ArgumentNullException.ThrowIfNull(imported);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var lowered = StandardPipeline.Run(imported, new PassContext(diagnostics));
        if (diagnostics.HasErrors)
            return null;
        lowered = ChannelOrdering.Apply(lowered, backend, accumulators ?? AccumulatorOptions.Automatic);
        if (KernelSelector.Select(lowered, backend, diagnostics, accumulators) is not { } cheapest)
            return null;
        var options = new PlanOptions();
        return SelectionFit.Of(cheapest, ExecutionPlanner.Loads(lowered, Calls(cheapest), options), goal)
            .Select(choices => new CompiledModel(imported, choices, ExecutionPlanner.Plan(lowered, Calls(choices), options)))
            .MinBy(m => m.Program.ArenaBytes);
    }

    private static ImmutableArray<(Node Node, KernelCall Call)> Calls(ImmutableArray<KernelChoice> choices) => [.. choices.Select(c => (c.Node, c.Call))];
}
