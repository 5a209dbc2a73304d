using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>A <c>brim_window</c> of the portable kernels.</summary>
internal sealed record Window(
    int Batches, int InputHeight, int InputWidth, int InputChannels, int OutputHeight, int OutputWidth, int OutputChannels, int KernelHeight, int KernelWidth)
{
    /// <summary>True if some window reaches beyond the input.</summary>
    public bool Pads { get; private init; }

    /// <summary>Reads the structure.</summary>
    public static Window Of(ParameterSet p)
    {
        int Extent(string field) => p.Extent("window." + field);
        var window = new Window(
            Extent("batches"), Extent("input_h"), Extent("input_w"), Extent("input_c"), Extent("output_h"), Extent("output_w"), Extent("output_c"),
            Extent("kernel_h"), Extent("kernel_w"));
        bool Outside(int input, int output, int kernel, string stride, string pad, string dilation)
        {
            long before = p.Integer("window." + pad, 0, ParameterSet.Limit);
            return before > 0 || ((output - 1L) * Extent(stride)) + ((kernel - 1L) * Extent(dilation)) + 1 - before > input;
        }
        return window with
        {
            Pads = Outside(window.InputHeight, window.OutputHeight, window.KernelHeight, "stride_h", "pad_top", "dilation_h")
                | Outside(window.InputWidth, window.OutputWidth, window.KernelWidth, "stride_w", "pad_left", "dilation_w"),
        };
    }
}
