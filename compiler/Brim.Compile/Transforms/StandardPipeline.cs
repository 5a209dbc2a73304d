using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>The passes of every compilation, in order.</summary>
public static class StandardPipeline
{
    /// <summary>The passes; each position that matters has its reason here.</summary>
    public static ImmutableArray<IGraphPass> Passes { get; } = [];

    /// <summary>Runs all passes; the result is in phase <see cref="GraphPhase.Lowered"/>.</summary>
    public static Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var pass in Passes)
            graph = pass.Run(graph, context);
        return graph with { Phase = GraphPhase.Lowered };
    }
}
