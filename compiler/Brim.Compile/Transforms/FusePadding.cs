using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Lets a window read padding instead of a padded copy. A convolution's own padding is real zero, so the explicit padding must be the zero point; a
/// maximum pool's padding takes no part, so there it must be the smallest code. Average pools divide by fewer elements at a border and
/// keep their padded operand.
/// </summary>
public sealed class FusePadding : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FusePadding);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var producers = graph.Producers();
        var editor = new GraphEditor(graph);
        var changed = false;
        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.Length == 0 || !producers.TryGetValue(node.Inputs[0], out var before) || before.Op is not Pad pad
                || !IsSpatial(pad) || node.Inputs.Skip(1).Contains(node.Inputs[0]) || Fuse(node.Op, pad, graph.TypeOf(before.Inputs[0])) is not { } op)
            {
                continue;
            }
            editor.Replace(node, node with { Op = op, Inputs = node.Inputs.SetItem(0, before.Inputs[0]) });
            changed = true;
        }
        return changed ? editor.ToGraph() : graph;
    }

    private static bool IsSpatial(Pad pad) =>
        pad.Before is [0, _, _, 0] && pad.After is [0, _, _, 0];

    private static Op? Fuse(Op op, Pad pad, TensorType type)
    {
        var isZero = type.Element.IsFloat ? pad.PadValue == 0 : type.Quant is { IsPerTensor: true } q && pad.PadValue == q.ZeroPoint;
        switch (op)
        {
            case Conv2D conv when isZero:
                return conv with { Window = Widen(conv.Window, pad) };
            case DepthwiseConv2D conv when isZero:
                return conv with { Window = Widen(conv.Window, pad) };
            case MaxPool2D pool when !type.Element.IsFloat && pad.PadValue == type.Element.MinCode:
                var window = Widen(pool.Window, pad);
                // A window in the padding alone has no maximum.
                return window.PadTop < pool.KernelHeight && window.PadBottom < pool.KernelHeight && window.PadLeft < pool.KernelWidth && window.PadRight < pool.KernelWidth
                    ? pool with { Window = window }
                    : null;
            default:
                return null;
        }
    }

    private static Window2D Widen(Window2D window, Pad pad) => window with
    {
        PadTop = window.PadTop + pad.Before[1],
        PadBottom = window.PadBottom + pad.After[1],
        PadLeft = window.PadLeft + pad.Before[2],
        PadRight = window.PadRight + pad.After[2],
    };
}
