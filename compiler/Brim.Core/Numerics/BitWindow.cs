using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Core.Numerics;

/// <summary>
/// A window of some of a number's bits (SPARQ, arXiv 2105.11010): of the allowed places the lowest that still holds the leading one. Bits below the
/// window are dropped, or rounded half to even; the window does not move up where that carries, its largest value stands for what it cannot hold.
/// </summary>
/// <param name="Bits">Width, 1..16.</param>
/// <param name="Shifts">Allowed places of the lowest bit, ascending, 0..15; larger numbers than the last place holds use it too.</param>
/// <param name="Rounds">Round the bits below the window; else drop them.</param>
public sealed record BitWindow(int Bits, ImmutableArray<int> Shifts, bool Rounds)
{
    /// <summary>True if width and places are in their ranges; the highest place and the width add up to 30 at most.</summary>
    public bool IsValid => Bits is >= 1 and <= 16 && !Shifts.IsDefaultOrEmpty && Shifts[0] >= 0 && Shifts[^1] <= 15 && Bits + Shifts[^1] <= 30
        && Shifts.Zip(Shifts.Skip(1)).All(p => p.First < p.Second);

    /// <summary>The window of a number: value ~ Mantissa * 2^Shift.</summary>
    /// <param name="magnitude">At least 0.</param>
    public (int Mantissa, int Shift) Place(int magnitude)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(magnitude);
        var shift = Shifts[^1];
        foreach (var s in Shifts)
        {
            if (magnitude < 1 << (s + Bits))
            {
                shift = s;
                break;
            }
        }
        var mantissa = magnitude >> shift;
        var dropped = magnitude - (mantissa << shift);
        var half = (1 << shift) >> 1;
        if (Rounds && (dropped > half || (dropped == half && half > 0 && (mantissa & 1) == 1)))
            mantissa++;
        return (Math.Min(mantissa, (1 << Bits) - 1), shift);
    }

    /// <summary>Mantissa * 2^Shift of a number.</summary>
    public int Apply(int magnitude)
    {
        var (mantissa, shift) = Place(magnitude);
        return mantissa << shift;
    }

    /// <summary>A code whose distance from its zero point is windowed, the sign kept; clamped to the codes of its type.</summary>
    public int Apply(int code, int zeroPoint, ElementType element)
    {
        var offset = code - zeroPoint;
        return CodeRange.Of(element).Clamp(zeroPoint + (offset < 0 ? -Apply(-offset) : Apply(offset)));
    }

    /// <inheritdoc/>
    public bool Equals(BitWindow? other) => other is not null && Bits == other.Bits && Rounds == other.Rounds && Shifts.AsSpan().SequenceEqual(other.Shifts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bits, Shifts.Length, Rounds);

    /// <summary>Prints <c>4@0,1,2,3,4</c>, followed by <c>~</c> if bits are rounded.</summary>
    public override string ToString() => FormattableString.Invariant($"{Bits}@{string.Join(',', Shifts)}{(Rounds ? "~" : "")}");
}
