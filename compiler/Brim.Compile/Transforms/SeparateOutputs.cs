using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Gives every graph output a value of its own that a node computes. A model may give out an input, a constant, or one value twice; the caller passes a
/// buffer for each, and a step must fill it: a reshape to the same shape, which copies.
/// </summary>
public sealed class SeparateOutputs : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(SeparateOutputs);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        var taken = graph.Inputs.ToHashSet();
        var changed = false;
        for (var i = 0; i < graph.Outputs.Length; i++)
        {
            var value = graph[graph.Outputs[i]];
            if (!value.IsConstant && taken.Add(value.Id))
                continue;
            var name = string.Create(CultureInfo.InvariantCulture, $"{value.Name}_out{i}");
            editor.SetOutput(i, editor.AddNode(new Reshape(value.Type.Shape), [value.Id], value.Type, name, SourceLocation.Generated));
            changed = true;
        }
        return changed ? editor.ToGraph() : graph;
    }
}
