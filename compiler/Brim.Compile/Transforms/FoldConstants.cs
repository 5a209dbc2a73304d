using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>Evaluates nodes whose operands are all constants.</summary>
public sealed class FoldConstants : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldConstants);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        var folded = new Dictionary<int, Tensor>();
        foreach (var node in graph.Nodes)
        {
            var operands = node.Inputs.Select(id => id == Value.None ? null : folded.GetValueOrDefault(id) ?? graph[id].Constant).ToList();
            if (operands.Where((t, i) => t is null && node.Inputs[i] != Value.None).Any())
                continue;
            var evaluation = new EvaluationContext([.. operands], [.. node.Outputs.Select(graph.TypeOf)]);
            node.Op.Evaluate(evaluation);
            for (var k = 0; k < node.Outputs.Length; k++)
            {
                var result = evaluation.Outputs[k].WithType(graph.TypeOf(node.Outputs[k]));
                folded.Add(node.Outputs[k], result);
                editor.ReplaceUses(node.Outputs[k], editor.AddConstant(graph[node.Outputs[k]].Name, result));
            }
        }
        return folded.Count == 0 ? graph : editor.ToGraph();
    }
}
