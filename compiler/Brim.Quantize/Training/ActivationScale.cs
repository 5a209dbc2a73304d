using Brim.Core.IR;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Training;

/// <summary>The scale of an activation as a parameter that is trained (LSQ).</summary>
/// <param name="start">Type to start from.</param>
/// <param name="isFixed">True for a scale that stays as it is.</param>
internal sealed class ActivationScale(FakeQuantizer start, bool isFixed = false)
{
    private readonly Adam _logarithm = new(1);

    /// <summary>Smallest and largest multiple of the scale.</summary>
    public (float Low, float High) Limits { get; } = (start.Element.MinCode - start.Quant.ZeroPoint, start.Element.MaxCode - start.Quant.ZeroPoint);

    public float Scale { get; private set; } = (float)start.Quant.Scale;

    public FakeQuantizer ToQuantizer() => start with { Quant = QuantParams.PerTensor(Scale, start.Quant.ZeroPoint) };

    public void Step(double gradient, double rate)
    {
        if (isFixed)
            return;
        _logarithm.Step([gradient], rate);
        Scale = (float)(start.Quant.Scale * Math.Exp(_logarithm.Values[0]));
    }

    /// <summary>Rounds values; a fraction of them, chosen at random, stays as it is (QDrop, arXiv 2203.05740).</summary>
    public void Forward(ReadOnlySpan<float> raw, Span<float> rounded, double drop, Random random)
    {
        var (low, high) = Limits;
        var inverse = 1 / Scale;
        for (var i = 0; i < rounded.Length; i++)
            rounded[i] = Scale * MathF.Min(MathF.Max(MathF.Floor((raw[i] * inverse) + 0.5f), low), high);
        if (drop <= 0)
            return;
        var limit = (byte)Math.Min(255, drop * 256);
        Span<byte> bytes = stackalloc byte[256];
        for (var i = 0; i < rounded.Length; i++)
        {
            if (i % bytes.Length == 0)
                random.NextBytes(bytes);
            if (bytes[i % bytes.Length] < limit)
                rounded[i] = raw[i];
        }
    }

    /// <summary>Turns the gradient of the rounded values into that of the raw ones; returns the gradient of the scale's logarithm.</summary>
    public double Backward(ReadOnlySpan<float> raw, ReadOnlySpan<float> rounded, Span<float> gradient)
    {
        var (low, high) = Limits;
        var inverse = 1 / Scale;
        double sum = 0;
        for (var i = 0; i < gradient.Length; i++)
        {
            var z = raw[i] * inverse;
            // Values that stayed as they were pass their gradient on, and say nothing about the scale.
            if ((z >= low && z <= high) || rounded[i] == raw[i])
            {
                sum += gradient[i] * (rounded[i] - raw[i]);
            }
            else
            {
                sum += gradient[i] * rounded[i];
                gradient[i] = 0;
            }
        }
        return sum;
    }
}
