using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Targets.Arm.Mve;

/// <summary>How mve_dot.h rescales the sums of a channel: left shift, high product, rounding right shift.</summary>
/// <param name="Left">Left shift of the sum, 0 or more.</param>
/// <param name="Multiplier">Q31 multiplier.</param>
/// <param name="Right">Right shift of the product, 0 or more; at least 1 where it alone rounds.</param>
internal readonly record struct MveRescaling(int Left, int Multiplier, int Right)
{
    /// <summary>Bits that a sum shifted left must fit.</summary>
    private const int Bits = 31;

    /// <summary>The rescaling of a channel's factor.</summary>
    /// <param name="scheme">How the model rounds: with two roundings, or with one.</param>
    /// <param name="factor">The factor.</param>
    public static MveRescaling Of(Requantization scheme, QuantizedMultiplier factor)
    {
        if (factor.Multiplier == 0)
            return new MveRescaling(0, 0, 1);
        // With one rounding the product is rounded down and the right shift rounds, so there must be one.
        var right = scheme == Requantization.TfLiteDouble ? Math.Max(0, -factor.Shift) : Math.Max(1, -factor.Shift);
        return new MveRescaling(factor.Shift + right, factor.Multiplier, right);
    }

    /// <summary>Why sums of a range cannot be shifted, or null.</summary>
    public string? Objection((long Min, long Max) range) => WeightedLayer.Fits((range.Min << Left, range.Max << Left), Bits)
        ? null
        : $"can reach {range.Min}..{range.Max}, shifted left by {Left} more than {Bits} bits";
}
