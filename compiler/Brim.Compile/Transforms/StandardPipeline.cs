using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>The passes of every compilation, in order.</summary>
public static class StandardPipeline
{
    /// <summary>The passes; each position that matters has its reason here.</summary>
    public static ImmutableArray<IGraphPass> Passes { get; } =
    [
        // First, so that weights and biases that the model computes are constants for everyone else.
        new FoldConstants(),
        // Before the fusions: a node that changes nothing hides the producer from its reader.
        new RemoveIdentities(),
        new CanonicalizeReshapes(),
        // Before RemoveDeadChannels: a channel is constant only behind its clamp.
        new FuseActivation(),
        // Before RemoveDeadChannels too, whose test for padded borders knows windows, and before the zero point leaves its place.
        new FusePadding(),
        // Before FoldInputZeroPoint: fewer weights to sum, and the biases are still the model's.
        new RemoveDeadChannels(),
        // Channels that went may leave a reshape of the shape that is there already.
        new CanonicalizeReshapes(),
        // After RemoveIdentities, which would take its copies away, and before zero points are folded into biases.
        new SignCodes(),
        // After all that look at padding: nothing after it needs to know where padding reads which code.
        new FoldInputZeroPoint(),
        // Last: its copies change nothing, which is what RemoveIdentities and CanonicalizeReshapes remove.
        new SeparateOutputs(),
    ];

    /// <summary>Runs all passes and verifies after each; the result is in phase <see cref="GraphPhase.Lowered"/>.</summary>
    /// <param name="graph">A verified graph.</param>
    /// <param name="context">Receives findings.</param>
    /// <param name="afterPass">Sees the graph after each pass (<c>--after-transform</c>).</param>
    /// <exception cref="InvalidOperationException">A pass broke the graph; a fault of the compiler.</exception>
    public static Graph Run(Graph graph, PassContext context, Action<IGraphPass, Graph>? afterPass = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var pass in Passes)
        {
            graph = pass.Run(graph, context);
            var findings = new DiagnosticBag();
            if (!GraphVerifier.Verify(graph, findings))
                throw new InvalidOperationException($"{pass.Name} broke the graph: {findings.Items[0]}");
            afterPass?.Invoke(pass, graph);
        }
        return graph with { Phase = GraphPhase.Lowered };
    }
}
