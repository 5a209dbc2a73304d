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
    private readonly bool _shiftsLeft;
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
        _shiftsLeft = _leftShifts.Any(l => l > 0);
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

    /// <summary>Codes of a tile of pixels x 16 channels.</summary>
    /// <param name="accumulators">Rows of 16.</param>
    /// <param name="first">First channel, a multiple of 16.</param>
    /// <param name="pixels">Rows that count.</param>
    /// <param name="codes">The first row's code of the first channel, and all that follow.</param>
    /// <param name="stride">Channels of a pixel in the result.</param>
    /// <param name="width">Channels of the tile that exist, at most 16.</param>
    public void ApplyTile(ReadOnlySpan<int> accumulators, int first, int pixels, Span<int> codes, int stride, int width)
    {
        if (_isFixedPoint && Avx2.IsSupported && !Avx512DQ.IsSupported && width % 8 == 0)
        {
            for (var half = 0; half < width; half += 8)
                ApplyColumn(accumulators[half..((pixels * Lanes) - Lanes + half + 8)], first + half, codes[half..], stride);
            return;
        }
        for (var i = 0; i < pixels; i++)
            Apply(accumulators.Slice(i * Lanes, Lanes), first, codes.Slice(i * stride, width));
    }

    /// <summary>Codes of 8 channels of several pixels, with 256-bit vectors.</summary>
    /// <param name="accumulators">8 of every 16.</param>
    /// <param name="first">First channel, a multiple of 8.</param>
    /// <param name="codes">8 of every <paramref name="stride"/>.</param>
    /// <param name="stride">Distance of pixels in the result.</param>
    internal void ApplyColumn(ReadOnlySpan<int> accumulators, int first, Span<int> codes, int stride)
    {
        var scaling = new Scaling256(
            Vector256.Create(_leftShifts.AsSpan(first, 8)), Vector256.Create(_narrowMultipliers.AsSpan(first, 8)), Vector256.Create(_narrowShifts.AsSpan(first, 8)));
        var (zero, min, max) = (Vector256.Create(_zeroPoint), Vector256.Create(_range.Min), Vector256.Create(_range.Max));
        for (int at = 0, to = 0; at < accumulators.Length; at += Lanes, to += stride)
        {
            var x = Vector256.Create(accumulators.Slice(at, 8));
            var scaled = !_isDouble ? scaling.Single(x) : scaling.Double(_shiftsLeft ? scaling.ShiftedLeft(x) : x);
            Vector256.Min(Vector256.Max(scaled + zero, min), max).CopyTo(codes.Slice(to, 8));
        }
    }

    /// <summary>Codes of at most 8 channels, with 256-bit vectors.</summary>
    private void Apply256(ReadOnlySpan<int> accumulators, int first, Span<int> codes)
    {
        if (codes.Length == 8)
        {
            ApplyColumn(accumulators, first, codes, 8);
            return;
        }
        Span<int> all = stackalloc int[8];
        ApplyColumn(accumulators, first, all, 8);
        all[..codes.Length].CopyTo(codes);
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
