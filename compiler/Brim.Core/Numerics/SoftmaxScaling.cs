using static Brim.Core.Numerics.FixedPoint;

namespace Brim.Core.Numerics;

/// <summary>Parameters of a softmax on codes of at most 8 bits: differences to the row's maximum are rescaled to Q5.26 and exponentiated.</summary>
/// <param name="Input">Factor from a difference of codes to Q5.26.</param>
/// <param name="MinDifference">Differences below this one count as exp = 0, since they would leave Q5.26.</param>
public readonly record struct SoftmaxScaling(QuantizedMultiplier Input, int MinDifference)
{
    private const int DifferenceIntegerBits = 5;
    private const int AccumulatorIntegerBits = 12;

    /// <summary>Parameters for a factor beta of the exponent and an input scale.</summary>
    public static SoftmaxScaling From(double beta, double inputScale)
    {
        var real = Math.Min(beta * inputScale * (1 << (31 - DifferenceIntegerBits)), (1L << 31) - 1.0);
        var input = QuantizedMultiplier.FromReal(real);
        return new SoftmaxScaling(input, -InputRadius(DifferenceIntegerBits, input.Shift));
    }

    /// <summary>Largest magnitude of a code difference whose rescaled value stays within a Q format (TFLite's CalculateInputRadius).</summary>
    /// <param name="integerBits">Integer bits of the Q format.</param>
    /// <param name="leftShift">Shift of the factor into the format.</param>
    public static int InputRadius(int integerBits, int leftShift) =>
        (int)Math.Floor(((1 << integerBits) - 1) * Math.ScaleB(1, 31 - integerBits) / Math.ScaleB(1, leftShift));

    /// <summary>One row.</summary>
    /// <param name="row">Input codes.</param>
    /// <param name="result">Codes of scale 2^-bits whose zero point is the smallest code.</param>
    /// <param name="bits">Width of the result, 1..8 or 16.</param>
    /// <param name="range">All codes of the result's type.</param>
    public void Evaluate(ReadOnlySpan<int> row, Span<int> result, int bits, CodeRange range)
    {
        var max = int.MinValue;
        foreach (var code in row)
            max = Math.Max(max, code);
        var sum = 0;
        foreach (var code in row)
        {
            if (code - max >= MinDifference)
                sum += RoundingDivideByPowerOfTwo(Exp(code - max), AccumulatorIntegerBits);
        }
        var scale = FixedPointFunctions.Reciprocal(sum, AccumulatorIntegerBits, out var bitsOverUnit);
        var exponent = bitsOverUnit + 31 - bits;
        for (var i = 0; i < row.Length; i++)
        {
            // A right shift by more than 31 (narrow codes, long rows) leaves less than a half.
            result[i] = row[i] - max < MinDifference || exponent > 31
                ? range.Min
                : range.Clamp(RoundingDivideByPowerOfTwo(SaturatingRoundingDoublingHighMul(scale, Exp(row[i] - max)), exponent) + range.Min);
        }
    }

    /// <summary>exp of a difference of codes to the row's maximum, Q0.31; the difference is not positive.</summary>
    public int Exp(int difference) =>
        FixedPointFunctions.ExpOnNegativeValues(MultiplyByQuantizedMultiplier(difference, Input), DifferenceIntegerBits);
}
