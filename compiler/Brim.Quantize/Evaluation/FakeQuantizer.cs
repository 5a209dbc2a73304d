using Brim.Core.IR;

namespace Brim.Quantize.Evaluation;

/// <summary>Rounds real values to those that an integer type can hold: what quantization does to an activation of a float graph.</summary>
/// <param name="Element">Integer type.</param>
/// <param name="Quant">Scale and zero point.</param>
public sealed record FakeQuantizer(ElementType Element, QuantParams Quant)
{
    /// <summary>Rounds in place, ties up as <see cref="Core.IR.Ops.Requantization.Single"/> does.</summary>
    public void Apply(Span<float> values)
    {
        var scale = (float)Quant.Scale;
        var inverse = 1 / scale;
        float low = Element.MinCode - Quant.ZeroPoint, high = Element.MaxCode - Quant.ZeroPoint;
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * MathF.Min(MathF.Max(MathF.Floor((values[i] * inverse) + 0.5f), low), high);
    }

    /// <summary>The code that a value is rounded to.</summary>
    public int CodeOf(float value) =>
        (int)Math.Clamp(MathF.Floor((value * (1 / (float)Quant.Scale)) + 0.5f) + Quant.ZeroPoint, Element.MinCode, Element.MaxCode);
}
