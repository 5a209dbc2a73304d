using static Brim.Core.Numerics.FixedPoint;

namespace Brim.Core.Numerics;

/// <summary>Parameters of LOGISTIC and TANH on codes of at most 8 bits: the input is rescaled to Q4.27 (TFLite Micro's reference kernels).</summary>
/// <param name="Input">Factor from a code minus its zero point to Q4.27.</param>
/// <param name="Radius">From this magnitude on the result saturates.</param>
public readonly record struct SigmoidScaling(QuantizedMultiplier Input, int Radius)
{
    private const int IntegerBits = 4;

    /// <summary>Parameters for an input scale.</summary>
    public static SigmoidScaling From(double inputScale)
    {
        var input = QuantizedMultiplier.FromReal(inputScale * (1 << (31 - IntegerBits)));
        return new SigmoidScaling(input, SoftmaxScaling.InputRadius(IntegerBits, input.Shift));
    }

    /// <summary>Logistic code of scale 2^-bits and zero point Min.</summary>
    /// <param name="offset">Input code minus its zero point.</param>
    /// <param name="bits">Width of the result.</param>
    /// <param name="range">All codes of the result's type.</param>
    public int Logistic(int offset, int bits, CodeRange range)
    {
        if (offset <= -Radius)
            return range.Min;
        if (offset >= Radius)
            return range.Max;
        var real = FixedPointFunctions.Logistic(MultiplyByQuantizedMultiplier(offset, Input), IntegerBits);
        return range.Clamp(RoundingDivideByPowerOfTwo(real, 31 - bits) + range.Min);
    }

    /// <summary>Hyperbolic tangent's code of scale 2^(1-bits) and the middle code as zero point.</summary>
    /// <param name="offset">Input code minus its zero point.</param>
    /// <param name="bits">Width of the result.</param>
    /// <param name="range">All codes of the result's type.</param>
    public int Tanh(int offset, int bits, CodeRange range)
    {
        if (offset <= -Radius)
            return range.Min;
        if (offset >= Radius)
            return range.Max;
        var real = FixedPointFunctions.Tanh(MultiplyByQuantizedMultiplier(offset, Input), IntegerBits);
        return range.Clamp(RoundingDivideByPowerOfTwo(real, 31 - (bits - 1)) + range.Min + (1 << (bits - 1)));
    }
}
