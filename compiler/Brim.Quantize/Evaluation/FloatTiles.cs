using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// Inner loops of float convolutions: 8 pixels x 16 channels in registers, one fused multiply-add after the other along the dot product, so
/// that every vector width gives the same bits.
/// </summary>
internal static class FloatTiles
{
    /// <summary>Pixels of a tile.</summary>
    public const int Pixels = 8;

    /// <summary>Channels of a tile.</summary>
    public const int Channels = 16;

    /// <summary>Weights as [Cout / 16][K][16] from rows of K, missing channels 0.</summary>
    public static float[] Pack(ReadOnlySpan<float> rows, int count, int depth)
    {
        var blocks = (count + Channels - 1) / Channels;
        var packed = new float[blocks * depth * Channels];
        for (var r = 0; r < count; r++)
        {
            for (var k = 0; k < depth; k++)
                packed[(((r / Channels * depth) + k) * Channels) + (r % Channels)] = rows[(r * depth) + k];
        }
        return packed;
    }

    /// <summary>
    /// Dot products of 8 pixels with 16 channels: result[p, c] = start[c] + sum over segments and k of x[offset[p] + segment + k] * w[k, c].
    /// </summary>
    public static void Correlate(ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, ReadOnlySpan<int> segments, int length,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> start, Span<float> result)
    {
        ref var origin = ref MemoryMarshal.GetReference(x);
        ref var w = ref MemoryMarshal.GetReference(weights);
        if (Vector512.IsHardwareAccelerated)
        {
            Correlate512(ref origin, offsets[..Pixels], segments, length, ref w, Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(start)), result[..(Pixels * Channels)]);
            return;
        }
        for (var first = 0; first < Pixels; first += 4)
            Correlate256(ref origin, offsets.Slice(first, 4), segments, length, ref w, start[..Channels], result.Slice(first * Channels, 4 * Channels));
    }

    /// <summary>
    /// Outer products over pixels: sums[i, c] += sum over p of x[offset[p] + i] * y[p * stride + c], i &lt; 8, c &lt; 16.
    /// </summary>
    public static void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, ReadOnlySpan<float> y, int stride, Span<float> sums)
    {
        ref var origin = ref MemoryMarshal.GetReference(x);
        ref var values = ref MemoryMarshal.GetReference(y);
        ref var s = ref MemoryMarshal.GetReference(sums[..(8 * Channels)]);
        if (Vector512.IsHardwareAccelerated)
        {
            Accumulate512(ref origin, offsets, ref values, stride, ref s);
            return;
        }
        for (var i = 0; i < 8; i += 4)
            Accumulate256(ref Unsafe.Add(ref origin, i), offsets, ref values, stride, ref Unsafe.Add(ref s, i * Channels));
    }

    private static void Correlate512(ref float x, ReadOnlySpan<int> o, ReadOnlySpan<int> segments, int length, ref float w, Vector512<float> start, Span<float> result)
    {
        Vector512<float> a0 = start, a1 = start, a2 = start, a3 = start, a4 = start, a5 = start, a6 = start, a7 = start;
        foreach (var segment in segments)
        {
            ref var p0 = ref Unsafe.Add(ref x, o[0] + segment);
            ref var p1 = ref Unsafe.Add(ref x, o[1] + segment);
            ref var p2 = ref Unsafe.Add(ref x, o[2] + segment);
            ref var p3 = ref Unsafe.Add(ref x, o[3] + segment);
            ref var p4 = ref Unsafe.Add(ref x, o[4] + segment);
            ref var p5 = ref Unsafe.Add(ref x, o[5] + segment);
            ref var p6 = ref Unsafe.Add(ref x, o[6] + segment);
            ref var p7 = ref Unsafe.Add(ref x, o[7] + segment);
            for (nint k = 0; k < length; k++)
            {
                var v = Vector512.LoadUnsafe(ref w);
                w = ref Unsafe.Add(ref w, Channels);
                a0 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p0, k)), v, a0);
                a1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p1, k)), v, a1);
                a2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p2, k)), v, a2);
                a3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p3, k)), v, a3);
                a4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p4, k)), v, a4);
                a5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p5, k)), v, a5);
                a6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p6, k)), v, a6);
                a7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p7, k)), v, a7);
            }
        }
        ref var r = ref MemoryMarshal.GetReference(result);
        a0.StoreUnsafe(ref r);
        a1.StoreUnsafe(ref Unsafe.Add(ref r, 1 * Channels));
        a2.StoreUnsafe(ref Unsafe.Add(ref r, 2 * Channels));
        a3.StoreUnsafe(ref Unsafe.Add(ref r, 3 * Channels));
        a4.StoreUnsafe(ref Unsafe.Add(ref r, 4 * Channels));
        a5.StoreUnsafe(ref Unsafe.Add(ref r, 5 * Channels));
        a6.StoreUnsafe(ref Unsafe.Add(ref r, 6 * Channels));
        a7.StoreUnsafe(ref Unsafe.Add(ref r, 7 * Channels));
    }

    private static void Correlate256(ref float x, ReadOnlySpan<int> o, ReadOnlySpan<int> segments, int length, ref float w, ReadOnlySpan<float> start, Span<float> result)
    {
        var (low, high) = (Vector256.Create(start[..8]), Vector256.Create(start[8..]));
        Vector256<float> a0 = low, b0 = high, a1 = low, b1 = high, a2 = low, b2 = high, a3 = low, b3 = high;
        foreach (var segment in segments)
        {
            ref var p0 = ref Unsafe.Add(ref x, o[0] + segment);
            ref var p1 = ref Unsafe.Add(ref x, o[1] + segment);
            ref var p2 = ref Unsafe.Add(ref x, o[2] + segment);
            ref var p3 = ref Unsafe.Add(ref x, o[3] + segment);
            for (nint k = 0; k < length; k++)
            {
                var u = Vector256.LoadUnsafe(ref w);
                var v = Vector256.LoadUnsafe(ref Unsafe.Add(ref w, 8));
                w = ref Unsafe.Add(ref w, Channels);
                var (x0, x1) = (Vector256.Create(Unsafe.Add(ref p0, k)), Vector256.Create(Unsafe.Add(ref p1, k)));
                var (x2, x3) = (Vector256.Create(Unsafe.Add(ref p2, k)), Vector256.Create(Unsafe.Add(ref p3, k)));
                a0 = Vector256.FusedMultiplyAdd(x0, u, a0);
                b0 = Vector256.FusedMultiplyAdd(x0, v, b0);
                a1 = Vector256.FusedMultiplyAdd(x1, u, a1);
                b1 = Vector256.FusedMultiplyAdd(x1, v, b1);
                a2 = Vector256.FusedMultiplyAdd(x2, u, a2);
                b2 = Vector256.FusedMultiplyAdd(x2, v, b2);
                a3 = Vector256.FusedMultiplyAdd(x3, u, a3);
                b3 = Vector256.FusedMultiplyAdd(x3, v, b3);
            }
        }
        a0.CopyTo(result);
        b0.CopyTo(result[8..]);
        a1.CopyTo(result[16..]);
        b1.CopyTo(result[24..]);
        a2.CopyTo(result[32..]);
        b2.CopyTo(result[40..]);
        a3.CopyTo(result[48..]);
        b3.CopyTo(result[56..]);
    }

    private static void Accumulate512(ref float x, ReadOnlySpan<int> offsets, ref float y, int stride, ref float s)
    {
        var a0 = Vector512.LoadUnsafe(ref s);
        var a1 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 1 * Channels));
        var a2 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 2 * Channels));
        var a3 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 3 * Channels));
        var a4 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 4 * Channels));
        var a5 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 5 * Channels));
        var a6 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 6 * Channels));
        var a7 = Vector512.LoadUnsafe(ref Unsafe.Add(ref s, 7 * Channels));
        foreach (var offset in offsets)
        {
            ref var p = ref Unsafe.Add(ref x, offset);
            var v = Vector512.LoadUnsafe(ref y);
            y = ref Unsafe.Add(ref y, stride);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(p), v, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 1)), v, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 2)), v, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 3)), v, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 4)), v, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 5)), v, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 6)), v, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref p, 7)), v, a7);
        }
        a0.StoreUnsafe(ref s);
        a1.StoreUnsafe(ref Unsafe.Add(ref s, 1 * Channels));
        a2.StoreUnsafe(ref Unsafe.Add(ref s, 2 * Channels));
        a3.StoreUnsafe(ref Unsafe.Add(ref s, 3 * Channels));
        a4.StoreUnsafe(ref Unsafe.Add(ref s, 4 * Channels));
        a5.StoreUnsafe(ref Unsafe.Add(ref s, 5 * Channels));
        a6.StoreUnsafe(ref Unsafe.Add(ref s, 6 * Channels));
        a7.StoreUnsafe(ref Unsafe.Add(ref s, 7 * Channels));
    }

    private static void Accumulate256(ref float x, ReadOnlySpan<int> offsets, ref float y, int stride, ref float s)
    {
        for (var half = 0; half < Channels; half += 8)
        {
            ref var t = ref Unsafe.Add(ref s, half);
            ref var values = ref Unsafe.Add(ref y, half);
            var a0 = Vector256.LoadUnsafe(ref t);
            var a1 = Vector256.LoadUnsafe(ref Unsafe.Add(ref t, 1 * Channels));
            var a2 = Vector256.LoadUnsafe(ref Unsafe.Add(ref t, 2 * Channels));
            var a3 = Vector256.LoadUnsafe(ref Unsafe.Add(ref t, 3 * Channels));
            foreach (var offset in offsets)
            {
                ref var p = ref Unsafe.Add(ref x, offset);
                var v = Vector256.LoadUnsafe(ref values);
                values = ref Unsafe.Add(ref values, stride);
                a0 = Vector256.FusedMultiplyAdd(Vector256.Create(p), v, a0);
                a1 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref p, 1)), v, a1);
                a2 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref p, 2)), v, a2);
                a3 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref p, 3)), v, a3);
            }
            a0.StoreUnsafe(ref t);
            a1.StoreUnsafe(ref Unsafe.Add(ref t, 1 * Channels));
            a2.StoreUnsafe(ref Unsafe.Add(ref t, 2 * Channels));
            a3.StoreUnsafe(ref Unsafe.Add(ref t, 3 * Channels));
        }
    }
}
