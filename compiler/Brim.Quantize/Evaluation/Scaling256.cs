using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Brim.Quantize.Evaluation;

/// <summary>The fixed-point factors of 8 channels, in 256-bit vectors: what <see cref="Core.Numerics.FixedPoint"/> does, 8 times at once.</summary>
internal readonly struct Scaling256
{
    private readonly Vector256<uint> _left;
    private readonly Vector256<int> _multiplier;
    private readonly Vector256<int> _oddMultiplier;
    private readonly Vector256<uint> _shift;
    private readonly Vector256<int> _mask;
    private readonly Vector256<int> _halfMask;

    /// <param name="left">Shifts to the left, before.</param>
    /// <param name="multiplier">Factors of 2^-31 each.</param>
    /// <param name="shift">Rounding shifts to the right, after; for a single rounding they contain the 31.</param>
    public Scaling256(Vector256<int> left, Vector256<int> multiplier, Vector256<int> shift)
    {
        (_left, _multiplier, _oddMultiplier, _shift) = (left.AsUInt32(), multiplier, Odd(multiplier), shift.AsUInt32());
        _mask = Avx2.ShiftLeftLogicalVariable(Vector256<int>.One, _shift) - Vector256<int>.One;
        _halfMask = Vector256.ShiftRightLogical(_mask, 1);
    }

    /// <summary>x * 2^left, modulo 2^32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> ShiftedLeft(Vector256<int> x) => Avx2.ShiftLeftLogicalVariable(x, _left);

    /// <summary>
    /// The doubling high multiply, then the rounding shift with ties away from zero. The first fits 32 bits, so that logical shifts of the 64-bit
    /// products leave the right ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Double(Vector256<int> x)
    {
        var nudge = Vector256.Create(1L << 30);
        var even = Vector256.ShiftRightLogical(Avx2.Multiply(x, _multiplier) + nudge, 31);
        var odd = Vector256.ShiftLeft(Avx2.Multiply(Odd(x), _oddMultiplier) + nudge, 1);
        var high = Avx2.Blend(even.AsInt32(), odd.AsInt32(), 0b10101010);
        // A comparison that holds is -1, as is the sign.
        var threshold = _halfMask - Vector256.ShiftRightArithmetic(high, 31);
        return Avx2.ShiftRightArithmeticVariable(high, _shift) - Vector256.GreaterThan(high & _mask, threshold);
    }

    /// <summary>The product with one rounding, ties up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Single(Vector256<int> x)
    {
        var even = RoundingShift(Avx2.Multiply(x, _multiplier), _shift.AsUInt64() & Vector256.Create(0xFFFFFFFFUL));
        var odd = RoundingShift(Avx2.Multiply(Odd(x), _oddMultiplier), Vector256.ShiftRightLogical(_shift.AsUInt64(), 32));
        return Avx2.Blend(even.AsInt32(), Vector256.ShiftLeft(odd, 32).AsInt32(), 0b10101010);
    }

    // (product + 2^(shift - 1)) >> shift. There is no arithmetic shift of 64 bits; a logical one of numbers moved up by 2^63 does the same.
    private static Vector256<long> RoundingShift(Vector256<long> product, Vector256<ulong> shift)
    {
        var rounding = Avx2.ShiftLeftLogicalVariable(Vector256<long>.One, shift - Vector256<ulong>.One);
        var top = Vector256.Create(long.MinValue);
        return Avx2.ShiftRightLogicalVariable((product + rounding) ^ top, shift) - Avx2.ShiftRightLogicalVariable(top, shift);
    }

    private static Vector256<int> Odd(Vector256<int> x) => Vector256.ShiftRightLogical(x.AsInt64(), 32).AsInt32();
}
