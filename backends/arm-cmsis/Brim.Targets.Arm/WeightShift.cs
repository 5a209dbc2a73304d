using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Targets.Arm;

/// <summary>
/// Rescaling by 1/2 or more for kernels that shift right only: with weights and bias 2^n times the model's, the factor is 2^-n times as large. With one
/// rounding that is the same product. With two, the first rounding falls on another bit; there the codes of all sums are compared.
/// </summary>
internal static class WeightShift
{
    /// <summary>The left shift of a channel's weights, 0 if none gives the same codes.</summary>
    /// <param name="requantizer">The model's rescaling.</param>
    /// <param name="factor">Its factor in fixed point, 1/2 or more.</param>
    /// <param name="range">Sums that the channel can reach.</param>
    /// <param name="room">Greatest factor by which its weights may grow.</param>
    public static int Of(Requantizer requantizer, QuantizedMultiplier factor, (long Min, long Max) range, int room)
    {
        var least = factor.Shift + 1;
        var most = int.Log2(Math.Max(room, 1));
        if (least > most)
            return 0;
        if (requantizer.Scheme != Requantization.TfLiteDouble)
            return least;
        // The more bits stay behind the point, the fewer sums see that rounding happens twice.
        for (var shift = most; shift >= least; shift--)
        {
            if (GivesSameCodes(requantizer, factor, range, shift))
                return shift;
        }
        return 0;
    }

    /// <summary>Compares where the codes change: between these sums neither rescaling does, as both never decrease.</summary>
    private static bool GivesSameCodes(Requantizer model, QuantizedMultiplier factor, (long Min, long Max) range, int shift)
    {
        var shifted = new Requantizer(model.Scheme, Math.ScaleB(factor.Value, -shift), model.ZeroPoint, model.Range);
        if (!WeightedLayer.Fits((range.Min << shift, range.Max << shift), WeightedLayer.AccumulatorBits))
            return false;
        for (var sum = range.Min; ;)
        {
            var code = model.ToCode((int)sum);
            if (shifted.ToCode((int)sum << shift) != code)
                return false;
            var last = Last(model, code, sum, range.Max);
            if (shifted.ToCode((int)last << shift) != code)
                return false;
            if (last == range.Max)
                return true;
            sum = last + 1;
        }
    }

    /// <summary>The last sum with the code of the first.</summary>
    private static long Last(Requantizer requantizer, int code, long low, long high)
    {
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (requantizer.ToCode((int)middle) == code)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
