using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>The rescaling of the vector kernels: left shift, saturating doubling high product, rounding right shift (mve_dot.h).</summary>
/// <param name="kind">Form.</param>
/// <param name="zeroPoint">Zero point of the result.</param>
/// <param name="codes">Codes of the result.</param>
/// <param name="channels">Channel stream: start, multiplier, right shift with its sign turned over, and the left shift if there are any.</param>
internal sealed class MveRescaling(MveKind kind, long zeroPoint, CodeSpan codes, ConstantArray channels) : Rescaling
{
    /// <inheritdoc/>
    public override long IdleExponent => -1;

    /// <inheritdoc/>
    public override (long Multiplier, long Exponent) Factor(int output) => (Word(output, 1), Left(output) + Word(output, 2));

    /// <inheritdoc/>
    public override long? Code(int output, long sum)
    {
        var (left, multiplier, right) = (Left(output), Word(output, 1), -Word(output, 2));
        // One rounding: the product is rounded down, so the right shift must round. Two: kernels without left shifts turn ties away from zero for it, unseen.
        if (left is < 0 or > 30 || multiplier < 0 || right > 31 || right < (kind.IsSingle || (kind.TiesAway && !kind.ShiftsLeft) ? 1 : 0))
            return null;
        var shifted = (Int128)sum << (int)left;
        if (shifted < int.MinValue || shifted > int.MaxValue)
            return null;
        var product = (long)shifted * multiplier;
        var high = (product + (kind.IsSingle ? 0 : 1L << 30)) >> 31;
        if (kind.TiesAway && right > 0 && high < 0)
            high--;
        if (high < int.MinValue)
            return null;
        var rounded = right == 0 ? high : (high + (1L << ((int)right - 1))) >> (int)right;
        return Math.Min(Math.Max(Math.Min(Math.Max(rounded, short.MinValue), short.MaxValue) + zeroPoint, codes.Low), codes.High);
    }

    private long Left(int output) => kind.ShiftsLeft ? Word(output, 3) : 0;

    private long Word(int output, int index) => channels.Values[((long)output * kind.ChannelWords) + index];
}
