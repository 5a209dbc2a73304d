using System.Buffers;
using Brim.Core.IR;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Evaluation;

/// <summary>Rounds real values to those that an integer type can hold: what quantization does to an activation of a float graph.</summary>
/// <param name="Element">Integer type.</param>
/// <param name="Quant">Scale and zero point.</param>
public sealed record FakeQuantizer(ElementType Element, QuantParams Quant)
{
    /// <summary>Windows of bits that the value's operator keeps, which floats do not have; null for other operators.</summary>
    internal CodeWindows? Windows { get; init; }

    /// <summary>Rounds in place, ties up as <see cref="Core.IR.Ops.Requantization.Single"/> does.</summary>
    public void Apply(Span<float> values)
    {
        var scale = (float)Quant.Scale;
        var inverse = 1 / scale;
        float low = Element.MinCode - Quant.ZeroPoint, high = Element.MaxCode - Quant.ZeroPoint;
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * MathF.Min(MathF.Max(MathF.Floor((values[i] * inverse) + 0.5f), low), high);
        if (Windows is null)
            return;
        var codes = ArrayPool<int>.Shared.Rent(values.Length);
        for (var i = 0; i < values.Length; i++)
            codes[i] = CodeOf(values[i]);
        Windows.Apply(codes.AsSpan(0, values.Length), codes);
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * (codes[i] - Quant.ZeroPoint);
        ArrayPool<int>.Shared.Return(codes);
    }

    /// <summary>The code that a value is rounded to.</summary>
    public int CodeOf(float value) =>
        (int)Math.Clamp(MathF.Floor((value * (1 / (float)Quant.Scale)) + 0.5f) + Quant.ZeroPoint, Element.MinCode, Element.MaxCode);
}
