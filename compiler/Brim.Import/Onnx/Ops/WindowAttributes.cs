using System.Collections.Immutable;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Kernel, strides, dilations and padding of a windowed operator, and the explicit padding that they mean.</summary>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Window">Strides, dilations and padding; the padding that rounding up adds is not part of it.</param>
/// <param name="ExtraHeight">Rows that rounding up adds below.</param>
/// <param name="ExtraWidth">Columns that rounding up adds to the right.</param>
internal sealed record WindowAttributes(int KernelHeight, int KernelWidth, Window2D Window, int ExtraHeight, int ExtraWidth)
{
    /// <summary>Attributes that are read.</summary>
    public static ImmutableArray<string> Names { get; } = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];

    /// <summary>Reads the attributes; null, reported, if they are not valid.</summary>
    /// <param name="context">The node.</param>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="weights">Rows and columns of the weights, which a stated kernel shape must equal; null if there are none.</param>
    public static WindowAttributes? Read(NodeContext context, int height, int width, (int Height, int Width)? weights = null)
    {
        var stated = context.Ints("kernel_shape");
        var kernel = stated ?? (weights is { } w ? [w.Height, w.Width] : []);
        var (strides, dilations, pads) = (context.Ints("strides") ?? [1, 1], context.Ints("dilations") ?? [1, 1], context.Ints("pads") ?? [0, 0, 0, 0]);
        if (kernel.Length != 2 || strides.Length != 2 || dilations.Length != 2 || pads.Length != 4)
        {
            context.UnsupportedOption($"kernel_shape, strides, dilations and pads have {kernel.Length}, {strides.Length}, {dilations.Length} and {pads.Length} elements; supported are windows over two dimensions");
            return null;
        }
        var sound = strides.Concat(dilations).All(v => v is >= 1 and <= ImportLimits.WindowStep) && pads.All(v => v is >= 0 and <= ImportLimits.WindowSpan)
            && kernel.All(v => v is >= 1 and <= ImportLimits.WindowSpan) && kernel.Zip(dilations).All(p => ((p.First - 1) * p.Second) + 1 <= ImportLimits.WindowSpan)
            && (weights is null || (kernel[0] == weights.Value.Height && kernel[1] == weights.Value.Width));
        if (!sound)
        {
            context.UnsupportedOption($"kernel_shape [{string.Join(',', kernel)}], strides [{string.Join(',', strides)}], dilations [{string.Join(',', dilations)}] or pads [{string.Join(',', pads)}] is not valid");
            return null;
        }
        var isRoundedUp = context.Int("ceil_mode", 0) != 0;
        var mode = context.Text("auto_pad", "NOTSET");
        var y = Along(context, mode, isRoundedUp, height, kernel[0], strides[0], dilations[0], pads[0], pads[2]);
        var x = Along(context, mode, isRoundedUp, width, kernel[1], strides[1], dilations[1], pads[1], pads[3]);
        if (y is not { } rows || x is not { } columns)
            return null;
        return new WindowAttributes((int)kernel[0], (int)kernel[1],
            new Window2D((int)strides[0], (int)strides[1], rows.Before, columns.Before, rows.After, columns.After, (int)dilations[0], (int)dilations[1]),
            rows.Extra, columns.Extra);
    }

    /// <summary>The window with the padding of rounding up.</summary>
    public Window2D Full => Window with { PadBottom = Window.PadBottom + ExtraHeight, PadRight = Window.PadRight + ExtraWidth };

    private static (int Before, int After, int Extra)? Along(
        NodeContext context, string mode, bool isRoundedUp, long input, long kernel, long stride, long dilation, long before, long after)
    {
        var span = ((kernel - 1) * dilation) + 1;
        switch (mode)
        {
            case "SAME_UPPER" or "SAME_LOWER":
                var total = Math.Max(((((input + stride - 1) / stride) - 1) * stride) + span - input, 0);
                var smaller = total / 2;
                return mode == "SAME_UPPER" ? ((int)smaller, (int)(total - smaller), 0) : ((int)(total - smaller), (int)smaller, 0);
            case "VALID":
                (before, after) = (0, 0);
                break;
            case "NOTSET":
                break;
            default:
                context.UnsupportedOption($"auto_pad '{mode}' is not one that the format defines");
                return null;
        }
        var rest = input + before + after - span;
        if (!isRoundedUp || rest < 0 || rest % stride == 0)
            return ((int)before, (int)after, 0);
        var windows = (rest / stride) + 2;
        // A window that would start in the padding behind the input is left out.
        return (windows - 1) * stride >= input + before ? ((int)before, (int)after, 0) : ((int)before, (int)after, (int)(stride - (rest % stride)));
    }
}
