using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Transforms;

/// <summary>
/// Removes nodes whose result is their operand, element for element: rescales to the same quantization, clamps that cannot bite, transpositions that
/// cancel, empty padding, slices of everything, concatenations of one tensor, pools of single elements.
/// </summary>
public sealed class RemoveIdentities : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveIdentities);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        var changed = false;
        foreach (var output in graph.Nodes.Select(n => n.Output))
        {
            // Earlier replacements may have changed what the node reads.
            var node = editor.Nodes.First(n => n.Output == output);
            changed |= MergeTransposes(editor, ref node);
            // Two values that are the caller's cannot become one.
            if (node.Inputs.Length == 0 || node.Inputs[0] == Value.None || (editor.IsInterface(node.Inputs[0]) && editor.IsInterface(output)))
                continue;
            if (editor[node.Inputs[0]].Type != editor[output].Type || !IsIdentity(node.Op, editor[output].Type))
                continue;
            editor.ReplaceUses(output, node.Inputs[0]);
            changed = true;
        }
        return changed ? editor.ToGraph() : graph;
    }

    private static bool MergeTransposes(GraphEditor editor, ref Node node)
    {
        if (node.Op is not Transpose outer)
            return false;
        var source = node.Inputs[0];
        if (editor.Nodes.FirstOrDefault(n => n.Outputs.Contains(source)) is not { Op: Transpose inner } before)
            return false;
        var merged = node with { Op = new Transpose([.. outer.Permutation.Select(d => inner.Permutation[d])]), Inputs = before.Inputs };
        editor.Replace(node, merged);
        node = merged;
        return true;
    }

    // Operand and result are of one type.
    private static bool IsIdentity(Op op, TensorType type) => op switch
    {
        Quantize => true,
        UnaryActivation a => CannotBite(a.Activation, type),
        Transpose t => t.Permutation.SequenceEqual(Enumerable.Range(0, t.Permutation.Length)),
        Pad => true,
        StridedSlice s => s.Strides.All(x => x == 1),
        Concat c => CannotBite(c.Activation, type),
        Pool2D { KernelHeight: 1, KernelWidth: 1 } p => CannotBite(p.Activation, type),
        _ => false,
    };

    private static bool CannotBite(Activation activation, TensorType type) =>
        activation == Activation.None || (type.Quant is not null && CodeRange.Of(type, activation) == CodeRange.Of(type.Element));
}
