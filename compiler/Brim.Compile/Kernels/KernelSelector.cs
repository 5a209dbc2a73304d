using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Emit;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>
/// Chooses a kernel for every node: the cheapest candidate. One whose cost is not known loses to every one whose cost is; among equals the rules'
/// order of preference decides. Reports every node without a kernel. What memory the choice takes is looked at afterwards, by <see cref="SelectionFit"/>.
/// </summary>
public static class KernelSelector
{
    /// <summary>Chooses for all nodes of a lowered graph, in its order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="backend">Machine, rules and costs.</param>
    /// <param name="diagnostics">Receives BRIM4101 and BRIM4201.</param>
    /// <param name="accumulators">Limits of accumulators; null for none.</param>
    /// <returns>One choice a node, or null if some node has no kernel.</returns>
    public static ImmutableArray<KernelChoice>? Select(Graph graph, Backend backend, DiagnosticBag diagnostics, AccumulatorOptions? accumulators = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var choices = ImmutableArray.CreateBuilder<KernelChoice>(graph.Nodes.Length);
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var view = new NodeView(graph, graph.Nodes[i], backend.Target) { Accumulators = accumulators ?? AccumulatorOptions.Automatic };
            var ranges = AccumulatorRanges.Of(graph, view.Node);
            if (ranges is { } r && !FitsOneStage(view, r, diagnostics))
                continue;
            if (Choose(view, i, backend, ranges, diagnostics) is { } choice)
                choices.Add(choice);
        }
        return choices.Count == graph.Nodes.Length ? choices.MoveToImmutable() : null;
    }

    /// <summary>Modelled cycles of the cheapest candidate for a node; null if none is known.</summary>
    internal static long? FewestCycles(NodeView view, Backend backend)
    {
        var context = new LoweringContext("cost");
        return Fewest(isLastResort: false) ?? Fewest(isLastResort: true);

        long? Fewest(bool isLastResort) => backend.Rules.Where(r => r.IsLastResort == isLastResort).SelectMany(r => r.Candidates(view, context))
            .Min(c => c.Call is { } call ? backend.Costs?.Cycles(call, view.Target) : null);
    }

    private static KernelChoice? Choose(NodeView view, int index, Backend backend, ImmutableArray<(long Min, long Max)>? ranges, DiagnosticBag diagnostics)
    {
        var context = new LoweringContext(LibraryNames.StepName(index, view.Node.Op.Mnemonic));
        var tried = ImmutableArray.CreateBuilder<KernelTrial>();
        foreach (var rule in backend.Rules)
        {
            if (rule.IsLastResort && tried.Any(t => t.Call is not null))
                break;
            foreach (var candidate in rule.Candidates(view, context))
                tried.Add(Try(Proven(candidate, ranges), view, backend));
        }
        if (tried.Where(t => t.Call is not null).OrderBy(t => t.Cycles ?? long.MaxValue).FirstOrDefault() is { } best)
            return KernelChoice.Of(view.Node, tried.ToImmutable(), best);
        diagnostics.Report(KernelDiagnostics.NoKernel, view.Node.Location,
            $"no kernel for {view.Node.Op.Mnemonic} '{view.Node.Name}' -> {view.OutputType()} on {view.Target.Name}", null,
            [.. tried.Select(t => $"{t.Candidate.Name}: {t.Candidate.Refusal}").Distinct(StringComparer.Ordinal)]);
        return null;
    }

    private static KernelTrial Try(KernelCandidate candidate, NodeView view, Backend backend) => candidate.Call is { } call
        ? new KernelTrial(candidate, backend.Costs?.Cycles(call, view.Target), CEmitter.Constants(call).Sum(c => (long)c.Bytes))
        : new KernelTrial(candidate, null, 0);

    /// <summary>Adds what is proven of the sums to a kernel without lanes.</summary>
    private static KernelCandidate Proven(KernelCandidate candidate, ImmutableArray<(long Min, long Max)>? ranges) =>
        candidate.Call is { Lanes: null } call && ranges is { } known
            ? candidate with { Call = call with { Lanes = new AccumulatorProof(PackingCatalog.Wide32.Name, Kept(known, call.SumLayout)) } }
            : candidate;

    /// <summary>Ranges of the sums as the kernel keeps them.</summary>
    private static ImmutableArray<(long Min, long Max)> Kept(ImmutableArray<(long Min, long Max)> ranges, SumLayout layout) =>
        layout.Shifts.IsEmpty ? ranges : [.. ranges.Select((r, c) => (r.Min << layout.Shift(c), r.Max << layout.Shift(c)))];

    /// <summary>Single-stage accumulation: the whole sum of every channel must fit the accumulator, its start value being free.</summary>
    private static bool FitsOneStage(NodeView view, ImmutableArray<(long Min, long Max)> ranges, DiagnosticBag diagnostics)
    {
        if (view.Accumulators is not { SingleStage: true, Bits: { } bits and < 32 })
            return true;
        var fits = true;
        for (var c = 0; c < ranges.Length && fits; c++)
        {
            var needed = AccumulatorBounds.CentredBits(ranges[c].Min, ranges[c].Max);
            if (needed <= bits)
                continue;
            fits = false;
            diagnostics.Report(KernelDiagnostics.AccumulatorTooNarrow, view.Node.Location,
                $"channel {c} of {view.Node.Op.Mnemonic} '{view.Node.Name}' sums up to {ranges[c].Min}..{ranges[c].Max}: {needed} bits, the accumulator has {bits}",
                "use --accumulation multi, a wider accumulator, or quantize with a method that bounds accumulators (axe, ep)");
        }
        return fits;
    }
}
