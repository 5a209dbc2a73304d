using System.Collections.Immutable;
using System.Numerics;
using static Brim.Core.Numerics.FixedPoint;

namespace Brim.Core.Numerics;

/// <summary>Softmax on 16-bit codes: exp and 1/(1+x) by tables of 513 points with linear interpolation (TFLite's SoftmaxInt16).</summary>
/// <param name="Input">Factor from a difference of codes to table steps: -65535..0 stands for -10..0.</param>
public readonly record struct SoftmaxInt16(QuantizedMultiplier Input)
{
    /// <summary>exp(v) for v from -10 to 0, Q0.15.</summary>
    public static ImmutableArray<int> ExpTable { get; } = Table(v => (float)Math.Exp(v), -10, 0);

    /// <summary>1 / (1 + v) for v from 0 to 1, Q0.15.</summary>
    public static ImmutableArray<int> ReciprocalTable { get; } = Table(v => 1f / (1f + v), 0, 1);

    /// <summary>Parameters for a factor beta of the exponent and an input scale.</summary>
    public static SoftmaxInt16 From(double beta, double inputScale) =>
        new(QuantizedMultiplier.FromReal(inputScale * beta / (10.0 / 65535.0)));

    /// <summary>A table read with linear interpolation between its 128-code steps.</summary>
    /// <param name="code">Signed 16-bit argument.</param>
    /// <param name="table">513 points.</param>
    public static int Interpolate(int code, ImmutableArray<int> table)
    {
        var index = 256 + (code >> 7);
        return table[index] + ((((table[index + 1] - table[index]) * (code & 0x7F)) + 64) >> 7);
    }

    /// <summary>One row; the result has scale 2^-15 and zero point 0.</summary>
    public void Evaluate(ReadOnlySpan<int> row, Span<int> result)
    {
        var max = int.MinValue;
        foreach (var code in row)
            max = Math.Max(max, code);
        var sum = 0; // Q16.15
        for (var i = 0; i < row.Length; i++)
        {
            var scaled = MultiplyByQuantizedMultiplier(row[i] - max, Input);
            result[i] = Interpolate(Math.Clamp(scaled + 32767, -32768, 32767), ExpTable);
            sum += result[i];
        }
        var headroomPlusOne = BitOperations.LeadingZeroCount((uint)sum);
        var shifted = (int)((((long)sum << (headroomPlusOne - 1)) + (1 << 13)) >> 14);
        // The table is of 1 / (1 + x): x = sum - 1, recentred from unsigned to signed 16 bits.
        var reciprocal = Interpolate(Math.Clamp(shifted - ((1 << 15) + (1 << 16)), -32768, 32767), ReciprocalTable);
        var right = 31 - headroomPlusOne;
        for (var i = 0; i < row.Length; i++)
            result[i] = Math.Clamp((int)((((long)result[i] * reciprocal) + (1L << (right - 1))) >> right), 0, 32767);
    }

    // Points are moved by half of the interpolation's error at the middle of each step, which halves the largest error.
    private static ImmutableArray<int> Table(Func<float, float> function, float low, float high)
    {
        const int steps = 512;
        const float unit = 32768;
        var step = (high - low) / steps;
        var table = ImmutableArray.CreateBuilder<int>(steps + 1);
        for (var i = 0; i < steps; i++)
        {
            var here = function(low + (i * step));
            var next = function(low + ((i + 1) * step));
            var middle = function(low + (i * step) + (step / 2));
            var sample = Round(here * unit);
            var error = Round(((next * unit) + Round(here * unit)) / 2) - Round(middle * unit);
            table.Add((int)Math.Clamp(sample - Round(error / 2), -32768f, 32767f));
        }
        table.Add((int)Math.Clamp(Round(function(high) * unit), -32768f, 32767f));
        return table.MoveToImmutable();
    }

    private static float Round(float value) => MathF.Round(value, MidpointRounding.AwayFromZero);
}
