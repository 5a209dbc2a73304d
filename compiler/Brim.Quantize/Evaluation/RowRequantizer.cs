using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// Turns rows of accumulators (one a channel) into codes: <see cref="Requantizer"/> on 16 channels at a time where the processor has 512-bit
/// vectors, on 8 where it has 256-bit ones, one by one elsewhere. All give the same bits.
/// </summary>
internal sealed class RowRequantizer
{
    private const int Lanes = 16;

    private readonly ImmutableArray<Requantizer> _requantizers;
    private readonly bool _isFixedPoint;
    private readonly bool _isDouble;
    private readonly long[] _multipliers;
    private readonly int[] _leftShifts;
    private readonly long[] _rounding;   // added before the last shift
    private readonly long[] _rightShifts; // the last shift
    private readonly int[] _narrowMultipliers; // the same in 32 bits
    private readonly int[] _narrowShifts;
    private readonly int _zeroPoint;
    private readonly CodeRange _range;

    /// <param name="requantizers">One a channel, all with the same scheme, zero point and range.</param>
    public RowRequantizer(ImmutableArray<Requantizer> requantizers)
    {
        _requantizers = requantizers;
        var scheme = requantizers[0].Scheme;
        _isDouble = scheme == Requantization.TfLiteDouble;
        _isFixedPoint = scheme != Requantization.OnnxFloat;
        (_zeroPoint, _range) = (requantizers[0].ZeroPoint, requantizers[0].Range);
        var padded = (requantizers.Length + Lanes - 1) / Lanes * Lanes;
        (_multipliers, _leftShifts, _rounding, _rightShifts) = (new long[padded], new int[padded], new long[padded], new long[padded]);
        for (var c = 0; c < requantizers.Length; c++)
        {
            var (multiplier, shift) = requantizers[c].Factor;
            _multipliers[c] = multiplier;
            _leftShifts[c] = _isDouble ? Math.Max(shift, 0) : 0;
            _rightShifts[c] = _isDouble ? Math.Max(-shift, 0) : 31 - shift;
            _rounding[c] = _rightShifts[c] == 0 ? 0 : 1L << (int)(_rightShifts[c] - 1);
        }
        (_narrowMultipliers, _narrowShifts) = (Array.ConvertAll(_multipliers, m => (int)m), Array.ConvertAll(_rightShifts, s => (int)s));
    }

    /// <summary>Codes of channels first .. first + codes.Length - 1.</summary>
    /// <param name="accumulators">At least 16 readable elements.</param>
    /// <param name="first">A multiple of 16.</param>
    /// <param name="codes">At most 16.</param>
    public void Apply(ReadOnlySpan<int> accumulators, int first, Span<int> codes)
    {
        if (_isFixedPoint && Avx512DQ.IsSupported)
        {
            Apply512(accumulators[..Lanes], first, codes);
        }
        else if (_isFixedPoint && Avx2.IsSupported)
        {
            for (var half = 0; half < codes.Length; half += 8)
                Apply256(accumulators.Slice(half, 8), first + half, codes.Slice(half, Math.Min(8, codes.Length - half)));
        }
        else
        {
            for (var c = 0; c < codes.Length; c++)
                codes[c] = _requantizers[first + c].ToCode(accumulators[c]);
        }
    }

    /// <summary>Codes of at most 8 channels, with 256-bit vectors.</summary>
    internal void Apply256(ReadOnlySpan<int> accumulators, int first, Span<int> codes)
    {
        var multiplier = Vector256.Create(_narrowMultipliers.AsSpan(first, 8));
        var shift = Vector256.Create(_narrowShifts.AsSpan(first, 8));
        var scaled = _isDouble
            ? Double256(Avx2.ShiftLeftLogicalVariable(Vector256.Create(accumulators), Vector256.Create(_leftShifts.AsSpan(first, 8)).AsUInt32()), multiplier, shift)
            : Single256(Vector256.Create(accumulators), multiplier, shift);
        scaled += Vector256.Create(_zeroPoint);
        var clamped = Vector256.Min(Vector256.Max(scaled, Vector256.Create(_range.Min)), Vector256.Create(_range.Max));
        if (codes.Length == 8)
        {
            clamped.CopyTo(codes);
            return;
        }
        for (var c = 0; c < codes.Length; c++)
            codes[c] = clamped.GetElement(c);
    }

    private void Apply512(ReadOnlySpan<int> accumulators, int first, Span<int> codes)
    {
        var x = Avx512F.ShiftLeftLogicalVariable(Vector512.Create(accumulators), Vector512.Create(_leftShifts.AsSpan(first, Lanes)).AsUInt32());
        var (low, high) = Vector512.Widen(x);
        var scaled = Vector512.Narrow(Scale(low, first), Scale(high, first + 8)) + Vector512.Create(_zeroPoint);
        var clamped = Vector512.Min(Vector512.Max(scaled, Vector512.Create(_range.Min)), Vector512.Create(_range.Max));
        if (codes.Length == Lanes)
        {
            clamped.CopyTo(codes);
            return;
        }
        for (var c = 0; c < codes.Length; c++)
            codes[c] = clamped.GetElement(c);
    }

    // The doubling high multiply fits 32 bits, so a logical shift of the 64-bit product leaves the right ones; then the rounding shift as in
    // FixedPoint.RoundingDivideByPowerOfTwo.
    private static Vector256<int> Double256(Vector256<int> x, Vector256<int> multiplier, Vector256<int> shift)
    {
        var nudge = Vector256.Create(1L << 30);
        var even = Vector256.ShiftRightLogical(Avx2.Multiply(x, multiplier) + nudge, 31);
        var odd = Vector256.ShiftRightLogical(Avx2.Multiply(Odd(x), Odd(multiplier)) + nudge, 31);
        var high = Interleave(even, odd);
        var mask = Avx2.ShiftLeftLogicalVariable(Vector256<int>.One, shift.AsUInt32()) - Vector256<int>.One;
        var threshold = Vector256.ShiftRightLogical(mask, 1) - Vector256.ShiftRightArithmetic(high, 31);
        // A comparison that holds is -1.
        return Avx2.ShiftRightArithmeticVariable(high, shift.AsUInt32()) - Vector256.GreaterThan(high & mask, threshold);
    }

    private static Vector256<int> Single256(Vector256<int> x, Vector256<int> multiplier, Vector256<int> shift) => Interleave(
        RoundingShift(Avx2.Multiply(x, multiplier), (shift.AsInt64() & Vector256.Create(0xFFFFFFFFL)).AsUInt64()),
        RoundingShift(Avx2.Multiply(Odd(x), Odd(multiplier)), Vector256.ShiftRightLogical(shift.AsInt64(), 32).AsUInt64()));

    // (product + 2^(shift - 1)) >> shift. There is no arithmetic shift of 64 bits; a logical one of numbers moved up by 2^63 does the same.
    private static Vector256<long> RoundingShift(Vector256<long> product, Vector256<ulong> shift)
    {
        var rounding = Avx2.ShiftLeftLogicalVariable(Vector256<long>.One, shift - Vector256<ulong>.One);
        var top = Vector256.Create(long.MinValue);
        return Avx2.ShiftRightLogicalVariable((product + rounding) ^ top, shift) - Avx2.ShiftRightLogicalVariable(top, shift);
    }

    private static Vector256<int> Odd(Vector256<int> x) => Vector256.ShiftRightLogical(x.AsInt64(), 32).AsInt32();

    // The low halves of the even and of the odd elements, in turn.
    private static Vector256<int> Interleave(Vector256<long> even, Vector256<long> odd) =>
        Avx2.Blend(even.AsInt32(), Vector256.ShiftLeft(odd, 32).AsInt32(), 0b10101010);

    private Vector512<long> Scale(Vector512<long> x, int first)
    {
        // Both factors fit 32 bits, so the low halves' signed product is exact in 64.
        var product = Avx512F.Multiply(x.AsInt32(), Vector512.Create(_multipliers.AsSpan(first, 8)).AsInt32());
        var shift = Vector512.Create(_rightShifts.AsSpan(first, 8)).AsUInt64();
        var rounding = Vector512.Create(_rounding.AsSpan(first, 8));
        if (!_isDouble)
            return Avx512F.ShiftRightArithmeticVariable(product + rounding, shift);
        // The rounding doubling high multiply is floor((product + 2^30) / 2^31) for either sign (its saturation needs a factor of -2^31).
        var high = Vector512.ShiftRightArithmetic(product + Vector512.Create(1L << 30), 31);
        // To nearest, ties away from zero: a negative value gets one less before the flooring shift, unless nothing is shifted out.
        var negative = Vector512.ShiftRightArithmetic(high, 63);
        return Avx512F.ShiftRightArithmeticVariable(high + rounding + (negative & Vector512.GreaterThan(rounding, Vector512<long>.Zero)), shift);
    }
}
