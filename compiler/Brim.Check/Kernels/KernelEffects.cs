using Brim.Check.Flow;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>
/// What kernels without weights read and write, and the codes of their results, from their emitted parameters and tables: the other half of
/// the data flow that activation bounds are justified by.
/// </summary>
internal static class KernelEffects
{
    /// <summary>Reads, write, and the codes of the results as a function of the codes of the reads (none: the clamps alone).</summary>
    public static (Access[] Reads, Access Write, Func<CodeSpan[], CodeSpan> Codes) Of(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        return call.Kernel switch
        {
            "brim_add" or "brim_mul" => Elementwise(call),
            "brim_add_s8_linear" => Linear(call),
            "brim_lut_8" or "brim_lut_8_16" => Lookup(call, arrays),
            "brim_rescale" => Rescale(call),
            "brim_window_bit_pairs_8" => WindowPairs(call, arrays),
            "brim_window_bits" or "brim_window_bit_pairs" => Window(call),
            "brim_logistic_s16" or "brim_tanh_s16" => Single(call, call.Required.Extent("count"), ElementFormat.S16, ElementFormat.S16, 3, CodeSpan.All(ElementFormat.S16)),
            "brim_quantize_f32" => Single(call, call.Required.Extent("count"), new ElementFormat(4, true), Type(call, "type"), 2, Clamp(call, "")),
            "brim_dequantize_f32" => Single(call, call.Required.Extent("count"), Type(call, "type"), new ElementFormat(4, true), 2, CodeSpan.All(ElementFormat.S32)),
            "brim_mean" => Mean(call),
            "brim_softmax_8" => Softmax(call),
            "brim_softmax_s16" => Single(call, Rows(call), ElementFormat.S16, ElementFormat.S16, 4, new CodeSpan(0, short.MaxValue)),
            "brim_copy" => Copy(call),
            "brim_concat" => Concat(call),
            "brim_average_pool_s8_dsp" => DspPool(call),
            _ when Suffix(call, "brim_average_pool2d_") is { } type => Pool(call, type),
            _ when Suffix(call, "brim_max_pool2d_") is { } type => Pool(call, type),
            _ when Suffix(call, "brim_gather_") is { } bits => Gather(call, int.Parse(bits, System.Globalization.CultureInfo.InvariantCulture)),
            _ when Suffix(call, "brim_pad_") is { } bits => Pad(call, int.Parse(bits, System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new CheckFailure(CheckDiagnostics.UnknownKernel, $"nothing is known of '{call.Kernel}'"),
        };
    }

    /// <summary>Elements of a <c>brim_walk</c> or <c>brim_broadcast</c>.</summary>
    public static long Elements(ParameterSet p, string walk)
    {
        var path = walk.Length == 0 ? "" : walk + ".";
        var rank = p.Integer(path + "rank", 1, 6);
        var dims = p.Array(path + "dims", rank).Values;
        var product = 1L;
        foreach (var d in dims)
        {
            if (d < 1 || (product *= d) > ParameterSet.Limit)
                throw CheckFailure.Words($"{path}dims are no shape");
        }
        return product;
    }

    private static string? Suffix(LayerCall call, string prefix) =>
        call.Kernel.StartsWith(prefix, StringComparison.Ordinal) && call.Kernel[prefix.Length..] is "s8" or "u8" or "s16" or "8" or "16" or "32" or "64"
            ? call.Kernel[(call.Kernel.LastIndexOf('_') + 1)..] : null;

    private static ElementFormat Type(LayerCall call, string path) => ElementFormat.Of(call.Required.Integer(path));

    private static CodeSpan Clamp(LayerCall call, string path) => new(call.Required.Integer(path + "act_min"), call.Required.Integer(path + "act_max"));

    private static long Rows(LayerCall call) => (long)call.Required.Extent("outer") * call.Required.Extent("depth") * call.Required.Extent("inner");

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Single(LayerCall call, long count, ElementFormat from, ElementFormat to, int output, CodeSpan codes) =>
        (Operands(call, (1, count, from)), new Access(call.Memory(output), count, to), _ => codes);

    /// <summary>Operands that lie in memory; constant ones need no justification, as only clamps follow from them.</summary>
    private static Access[] Operands(LayerCall call, params ReadOnlySpan<(int Index, long Elements, ElementFormat Format)> operands)
    {
        var reads = new List<Access>();
        foreach (var (index, elements, format) in operands)
        {
            if (call.At(index).Kind == ArgumentKind.Memory)
                reads.Add(new Access(call.Memory(index), elements, format));
        }
        return [.. reads];
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Elementwise(LayerCall call)
    {
        var p = call.Required;
        var count = Elements(p, "shape");
        // An operand that repeats is smaller than the result.
        long Extent(string strides)
        {
            var (dims, steps) = (p.Array("shape.dims").Values, p.Array("shape." + strides, p.Integer("shape.rank")).Values);
            return 1 + dims.Select((d, i) => (d - 1) * steps[i]).Sum();
        }
        return (Operands(call, (1, Extent("a_strides"), Type(call, "a.type")), (2, Extent("b_strides"), Type(call, "b.type"))),
            new Access(call.Memory(3), count, Type(call, "output.type")), _ => Clamp(call, "output."));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Linear(LayerCall call)
    {
        var count = call.Required.Extent("elements");
        return (Operands(call, (1, count, ElementFormat.S8), (2, count, ElementFormat.S8)), new Access(call.Memory(3), count, ElementFormat.S8),
            _ => new CodeSpan(-128, 127).Clamp(call.Required.Integer("act_min"), call.Required.Integer("act_max")));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Lookup(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        var count = call.Extent(0);
        var codes = Table(call, 2, arrays);
        var to = call.Kernel == "brim_lut_8" ? ElementFormat.S8 : ElementFormat.S16;
        return (Operands(call, (1, count, ElementFormat.S8)), new Access(call.Memory(3), count, to), _ => codes);
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Rescale(LayerCall call) =>
        Single(call, call.Required.Extent("count"), Type(call, "input_type"), Type(call, "output.type"), 2, Clamp(call, "output."));

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Window(LayerCall call)
    {
        var p = call.Required;
        return Single(call, (long)p.Extent("rows") * p.Extent("depth"), Type(call, "type"), Type(call, "type"), 2, new CodeSpan(p.Integer("min"), p.Integer("max")));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) WindowPairs(LayerCall call, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        var count = (long)call.Extent(0) * call.Extent(1);
        var (window, alone) = (Table(call, 4, arrays), Table(call, 5, arrays));
        return (Operands(call, (3, count, ElementFormat.S8)), new Access(call.Memory(6), count, ElementFormat.S8), _ => window.Union(alone));
    }

    /// <summary>Codes that a table of all bytes gives.</summary>
    private static CodeSpan Table(LayerCall call, int index, IReadOnlyDictionary<string, ConstantArray> arrays) =>
        call.Array(index, arrays) is { Values: { Length: 256 } values } ? new CodeSpan(values.Min(), values.Max()) : throw CheckFailure.Words($"a table of {call.Kernel} has not 256 entries");

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Mean(LayerCall call)
    {
        var p = call.Required;
        var (kept, reduced) = (Elements(p, "kept"), Elements(p, "reduced"));
        return (Operands(call, (1, kept * reduced, Type(call, "input_type"))), new Access(call.Memory(2), kept, Type(call, "output.type")), _ => Clamp(call, "output."));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Softmax(LayerCall call)
    {
        var count = Rows(call);
        return (Operands(call, (1, count, Type(call, "input_type"))), new Access(call.Memory(3), count, Type(call, "output_type")), _ => Clamp(call, ""));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Copy(LayerCall call)
    {
        var bytes = call.Extent(0);
        return (Operands(call, (1, bytes, ElementFormat.S8)), new Access(call.Memory(2), bytes, ElementFormat.S8), Pass);
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Concat(LayerCall call)
    {
        var p = call.Required;
        var (outer, to) = (p.Extent("outer"), Type(call, "output_type"));
        var reads = new List<Access>();
        var rescaled = false;
        var total = 0L;
        for (var i = 0; i < 8; i++)
        {
            var path = FormattableString.Invariant($"operand{i}.");
            var count = p.Integer(path + "count", 0, ParameterSet.Limit);
            total += (long)count * outer;
            if (count == 0)
                continue;
            var constant = call.At(1 + i).Kind != ArgumentKind.Memory;
            rescaled |= constant || p.Integer(path + "rescale", 0, 1) == 1;
            if (!constant)
                reads.Add(new Access(call.Memory(1 + i), (long)count * outer, Type(call, path + "type")));
        }
        // Copied codes pass; rescaled ones are clamped; of constant operands no more is known than their type.
        var any = rescaled ? CodeSpan.All(to) : (CodeSpan?)null;
        var clamp = Clamp(call, "");
        return ([.. reads], new Access(call.Memory(9), total, to), spans => any is null ? Pass(spans) : spans.Aggregate(clamp, (a, b) => a.Union(b)));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) DspPool(LayerCall call)
    {
        var p = call.Required;
        var (inputs, outputs) = ((long)p.Extent("in_h") * p.Extent("in_w") * p.Extent("channels"), (long)p.Extent("out_h") * p.Extent("out_w") * p.Extent("channels"));
        return (Operands(call, (1, inputs, ElementFormat.S8)), new Access(call.Memory(2), outputs, ElementFormat.S8), PoolCodes(call));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Pool(LayerCall call, string type)
    {
        var w = Kernels.Window.Of(call.Required);
        var from = type switch { "s8" => ElementFormat.S8, "u8" => ElementFormat.U8, _ => ElementFormat.S16 };
        return (Operands(call, (1, (long)w.Batches * w.InputHeight * w.InputWidth * w.InputChannels, from)),
            new Access(call.Memory(2), (long)w.Batches * w.OutputHeight * w.OutputWidth * w.InputChannels, Type(call, "output_type")), PoolCodes(call));
    }

    /// <summary>Neither a mean nor a maximum leaves the range of its operands. A window of padding alone could; then the mean divides by 0.</summary>
    private static Func<CodeSpan[], CodeSpan> PoolCodes(LayerCall call)
    {
        var clamp = Clamp(call, "");
        return spans => spans.Length == 0 ? clamp : Pass(spans).Clamp(clamp.Low, clamp.High);
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Gather(LayerCall call, int bits)
    {
        var p = call.Required;
        var format = new ElementFormat(bits / 8, true);
        var count = Elements(p, "");
        var (dims, strides) = (p.Array("dims").Values, p.Array("strides", p.Integer("rank")).Values);
        var first = call.At(1) is { Kind: ArgumentKind.Integer } argument ? argument.Value : throw CheckFailure.Words("the first element of a gather is no integer");
        var (low, high) = (first, first);
        for (var i = 0; i < strides.Length; i++)
        {
            low += Math.Min(0, (dims[i] - 1) * strides[i]);
            high += Math.Max(0, (dims[i] - 1) * strides[i]);
        }
        if (low < 0 || high > ParameterSet.Limit)
            throw CheckFailure.Words($"a gather reads elements {low}..{high}");
        var operand = call.At(2);
        Access[] reads = operand.Kind == ArgumentKind.Memory ? [new Access(operand with { Value = operand.Value + (low * format.Bytes) }, high - low + 1, format)] : [];
        return (reads, new Access(call.Memory(3), count, format), spans => spans.Length == 0 ? CodeSpan.All(format) : Pass(spans));
    }

    private static (Access[], Access, Func<CodeSpan[], CodeSpan>) Pad(LayerCall call, int bits)
    {
        var p = call.Required;
        var format = new ElementFormat(bits / 8, true);
        var fill = p.Integer("fill");
        return (Operands(call, (1, Elements(p, "inner"), format)), new Access(call.Memory(2), p.Extent("count"), format),
            spans => spans.Aggregate(new CodeSpan(fill, fill), (a, b) => a.Union(b)));
    }

    private static CodeSpan Pass(CodeSpan[] spans) => spans.Length == 0 ? new CodeSpan(int.MinValue, int.MaxValue) : spans.Aggregate((a, b) => a.Union(b));
}
