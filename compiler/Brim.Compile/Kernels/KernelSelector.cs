using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Emit;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>
/// Chooses a kernel for every node: the cheapest candidate. One whose cost is not known loses to every one whose cost is; among such the rules'
/// order of preference decides. Reports every node without a kernel.
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
            if (Choose(view, i, backend, diagnostics) is not { } choice)
                continue;
            if (ranges is { } known && choice.Call.Lanes is null)
                choice = choice with { Call = choice.Call with { Lanes = new AccumulatorProof(PackingCatalog.Wide32.Name, Kept(known, choice.Call.SumLayout)) } };
            choices.Add(choice);
        }
        return choices.Count == graph.Nodes.Length ? choices.MoveToImmutable() : null;
    }

    private static KernelChoice? Choose(NodeView view, int index, Backend backend, DiagnosticBag diagnostics)
    {
        var context = new LoweringContext(LibraryNames.StepName(index, view.Node.Op.Mnemonic));
        var tried = new List<(KernelCandidate Candidate, long? Cycles)>();
        var best = -1;
        foreach (var rule in backend.Rules)
        {
            if (best >= 0 && rule.IsLastResort)
                break;
            foreach (var candidate in rule.Candidates(view, context))
            {
                tried.Add((candidate, candidate.Call is { } call ? backend.Costs?.Cycles(call, view.Target) : null));
                if (candidate.Call is not null && (best < 0 || Rank(tried[^1].Cycles) < Rank(tried[best].Cycles)))
                    best = tried.Count - 1;
            }
        }
        if (best >= 0)
        {
            var (winner, cycles) = tried[best];
            var rejected = tried.Where((t, i) => i != best && !t.Candidate.IsOtherOperator).Select(t => Reject(t.Candidate, t.Cycles, cycles));
            return new KernelChoice(view.Node, winner.Name, winner.Call!, [.. rejected]) { Cycles = cycles };
        }
        diagnostics.Report(KernelDiagnostics.NoKernel, view.Node.Location,
            $"no kernel for {view.Node.Op.Mnemonic} '{view.Node.Name}' -> {view.OutputType()} on {view.Target.Name}", null,
            [.. tried.Select(t => $"{t.Candidate.Name}: {t.Candidate.Refusal}").Distinct(StringComparer.Ordinal)]);
        return null;
    }

    /// <summary>Ranges of the sums as the kernel keeps them.</summary>
    private static ImmutableArray<(long Min, long Max)> Kept(ImmutableArray<(long Min, long Max)> ranges, SumLayout layout) =>
        layout.Shifts.IsEmpty ? ranges : [.. ranges.Select((r, c) => (r.Min << layout.Shift(c), r.Max << layout.Shift(c)))];

    /// <summary>What is not known is not cheap.</summary>
    private static long Rank(long? cycles) => cycles ?? long.MaxValue;

    private static RejectedKernel Reject(KernelCandidate candidate, long? cycles, long? best) => new(
        candidate.Name,
        cycles,
        candidate.Refusal ?? (cycles is { } own && best is { } least
            ? FormattableString.Invariant($"{own} modelled cycles, the chosen one {least}")
            : best is null ? "a kernel before it in the target's order fits" : "no cost data, so not comparable"));

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
