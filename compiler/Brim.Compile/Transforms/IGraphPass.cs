using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>One graph transformation that keeps every output bit.</summary>
public interface IGraphPass
{
    /// <summary>The pass's name, an imperative (<c>FuseActivation</c>); used by <c>--after-transform</c> and reports.</summary>
    string Name { get; }

    /// <summary>Transforms a graph. Returns the same instance where there is nothing to do.</summary>
    Graph Run(Graph graph, PassContext context);
}
