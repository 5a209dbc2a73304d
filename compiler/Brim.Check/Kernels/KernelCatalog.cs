using Brim.Check.Flow;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Finds the reader of an accumulating kernel by the name of its function.</summary>
internal static class KernelCatalog
{
    /// <summary>The reader, or null if the kernel accumulates nothing or is not known.</summary>
    public static KernelReader? Find(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays) =>
        Lanes(call.Kernel) ?? Pairs(call.Kernel) ?? Vectors(call.Kernel) ?? (KernelReader?)Portable(call.Kernel, arrays) ?? Sums(call, arrays);

    private static KernelReader? Lanes(string kernel) => kernel switch
    {
        "brim_lanes_conv_dual" => new DualKernel(isDense: false),
        "brim_lanes_dense_dual" => new DualKernel(isDense: true),
        "brim_lanes_conv_dual16" => new Dual16Kernel(),
        "brim_lanes_dense_dual16" => new DenseDual16Kernel(),
        "brim_lanes_conv_pixels" => new PixelsKernel(),
        "brim_lanes_conv_quad" => new QuadKernel(),
        "brim_lanes_conv3x3_triple" => new TripleKernel(),
        "brim_lanes_conv3x3_rows" => new RowsKernel(),
        "brim_lanes_depthwise3x3_rows" => new DepthwiseRowsKernel(),
        "brim_lanes_depthwise3x3_pixels" => new DepthwisePixelsKernel(),
        "brim_lanes_depthwise3x3_dual16" => new DepthwiseDual16Kernel(),
        _ => null,
    };

    private static KernelReader? Pairs(string kernel)
    {
        foreach (var (prefix, op) in new[]
        {
            ("brim_conv2d_s8", PairOperator.Convolution), ("brim_pointwise_s8", PairOperator.Pointwise), ("brim_fully_connected_s8", PairOperator.FullyConnected),
        })
        {
            if (kernel.StartsWith(prefix, StringComparison.Ordinal) && PairKind.OfSuffix(kernel[prefix.Length..]) is { } kind)
                return new PairKernel(op, kind);
        }
        foreach (var (prefix, stride) in new[] { ("brim_depthwise3x3_s8", 1), ("brim_depthwise3x3_stride2_s8", 2) })
        {
            if (kernel.StartsWith(prefix, StringComparison.Ordinal) && PairKind.OfSuffix(kernel[prefix.Length..]) is { } kind)
                return new PairDepthwiseKernel(kind, stride);
        }
        return null;
    }

    private static KernelReader? Vectors(string kernel)
    {
        foreach (var (prefix, reader) in new (string, Func<MveKind, KernelReader>)[]
        {
            ("brim_conv2d_s8", k => new MveKernel(isConvolution: true, k)), ("brim_pointwise_s8", k => new MveKernel(isConvolution: false, k)),
            ("brim_depthwise3x3_s8", k => new MveDepthwiseKernel(k, 1)), ("brim_depthwise3x3_stride2_s8", k => new MveDepthwiseKernel(k, 2)),
        })
        {
            if (kernel.StartsWith(prefix, StringComparison.Ordinal) && MveKind.OfSuffix(kernel[prefix.Length..]) is { } kind)
                return reader(kind);
        }
        return null;
    }

    private static PortableKernel? Portable(string kernel, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        foreach (var (prefix, op) in new[]
        {
            ("brim_conv2d_", PortableOperator.Convolution), ("brim_depthwise_conv2d_", PortableOperator.Depthwise),
            ("brim_fully_connected_", PortableOperator.FullyConnected),
        })
        {
            if (kernel.StartsWith(prefix, StringComparison.Ordinal) && kernel[prefix.Length..] is "s8" or "u8" or "s16" or "any")
                return new PortableKernel(op, kernel[prefix.Length..], arrays);
        }
        return null;
    }

    private static SumKernel? Sums(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        if (call.Kernel is not ("brim_mean" or "brim_average_pool_s8_dsp" or "brim_softmax_8" or "brim_softmax_s16")
            && !call.Kernel.StartsWith("brim_average_pool2d_", StringComparison.Ordinal))
        {
            return null;
        }
        var (input, output, codes) = KernelEffects.Of(call, arrays);
        // A constant operand needs no proof: the sum is a constant, too.
        if (input.Length == 0)
            return null;
        var shape = new LayerShape(input[0], output, codes([]));
        var p = call.Required;
        return call.Kernel switch
        {
            "brim_mean" => new SumKernel(KernelEffects.Elements(p, "reduced"), 32, p.Integer("bias"), shape),
            "brim_average_pool_s8_dsp" => new SumKernel((long)p.Extent("kernel_h") * p.Extent("kernel_w"), 16, 0, shape),
            // Terms are table entries, rounded to Q12.19 for bytes, interpolated for 16 bits.
            "brim_softmax_8" => new SumKernel(p.Extent("depth"), 32, 0, shape with { Terms = Terms(call, arrays, 12) }) { IsSigned = false },
            "brim_softmax_s16" => new SumKernel(p.Extent("depth"), 32, 0, shape with { Terms = Terms(call, arrays, 0) }),
            _ => new SumKernel((long)p.Extent("window.kernel_h") * p.Extent("window.kernel_w"), 32, 0, shape),
        };
    }

    /// <summary>Bounds of table entries after a rounding right shift.</summary>
    private static CodeSpan Terms(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays, int shift)
    {
        var table = call.Array(2, arrays) is { Values: [>= 0, ..] } found && found.Values.All(v => v >= 0) ? found : throw CheckFailure.Words($"the table of {call.Kernel} has negative entries");
        return new CodeSpan(0, (table.Values.Max() + ((1L << shift) >> 1)) >> shift);
    }
}
