using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Parameters of the lane kernels for windows of any size.</summary>
internal static class WindowParameters
{
    /// <summary>Tensors, window and activations.</summary>
    public static ImmutableArray<CField> Geometry(ConvolutionShape shape, LaneLayer layer) =>
    [
        CField.Of("input_height", shape.X[1]),
        CField.Of("input_width", shape.X[2]),
        CField.Of("channels", shape.X[3]),
        CField.Of("output_height", shape.Y[1]),
        CField.Of("output_width", shape.Y[2]),
        CField.Of("outputs", shape.Y[3]),
        CField.Of("kernel_height", shape.W[1]),
        CField.Of("kernel_width", shape.W[2]),
        CField.Of("stride_y", shape.Window.StrideHeight),
        CField.Of("stride_x", shape.Window.StrideWidth),
        CField.Of("pad_top", shape.Window.PadTop),
        CField.Of("pad_left", shape.Window.PadLeft),
        CField.Of("input_offset", layer.InputOffset),
        CField.Of("padding", layer.Bounds.Padding),
    ];
}
