using Brim.Core.Numerics;

namespace Brim.Targets.Arm;

/// <summary>
/// Replaces a rescaling in float32 (ONNX) by a fixed-point one that gives the same code for every accumulator that a channel can reach.
/// Both are monotone, so they agree if they reach every code at the same accumulator: that bounds the multiplier from both sides.
/// </summary>
internal static class FloatRescaling
{
    private const long MinMultiplier = 1L << 30;
    private const long MaxMultiplier = (1L << 31) - 1;

    /// <summary>Largest left shift of a factor: far beyond it one unit of a sum is more than all codes.</summary>
    private const int MaxLeft = 8;

    /// <summary>A factor whose single rounding, ties up, gives the same codes; null if there is none.</summary>
    /// <param name="requantizer">A requantizer through float32.</param>
    /// <param name="range">Accumulators that the channel can reach.</param>
    public static QuantizedMultiplier? FixedPoint(Requantizer requantizer, (long Min, long Max) range)
    {
        var factor = QuantizedMultiplier.FromReal(requantizer.FloatFactor);
        if (factor.Multiplier == 0 || -factor.Shift is < -MaxLeft or > WeightedLayer.MaxShift)
            return null;
        var (low, high) = (MinMultiplier, MaxMultiplier);
        for (var code = requantizer.Range.Min + 1; code <= requantizer.Range.Max && low <= high; code++)
        {
            // The code is reached where accumulator * multiplier >= limit.
            var limit = ((2L * (code - requantizer.ZeroPoint)) - 1) << (30 - factor.Shift);
            var first = First(requantizer, code, range);
            if (first <= range.Max)
                Reach(first, limit, ref low, ref high);
            if (first > range.Min)
                Miss(first - 1, limit, ref low, ref high);
        }
        return low > high ? null : factor with { Multiplier = (int)Math.Clamp(factor.Multiplier, low, high) };
    }

    /// <summary>Bounds the multiplier by accumulator * multiplier >= limit.</summary>
    private static void Reach(long accumulator, long limit, ref long low, ref long high)
    {
        if (accumulator > 0)
            low = Math.Max(low, -Floor(-limit, accumulator));
        else if (accumulator < 0)
            high = Math.Min(high, Floor(-limit, -accumulator));
        else if (limit > 0)
            low = long.MaxValue;
    }

    /// <summary>Bounds the multiplier by accumulator * multiplier &lt; limit.</summary>
    private static void Miss(long accumulator, long limit, ref long low, ref long high)
    {
        if (accumulator > 0)
            high = Math.Min(high, -Floor(-limit, accumulator) - 1);
        else if (accumulator < 0)
            low = Math.Max(low, Floor(-limit, -accumulator) + 1);
        else if (limit <= 0)
            low = long.MaxValue;
    }

    private static long Floor(long dividend, long divisor) => (dividend - (((dividend % divisor) + divisor) % divisor)) / divisor;

    /// <summary>The first accumulator of the range that reaches a code; one past the range if none does.</summary>
    private static long First(Requantizer requantizer, int code, (long Min, long Max) range)
    {
        var (low, high) = (range.Min, range.Max + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (requantizer.ToCode((int)middle) >= code)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
