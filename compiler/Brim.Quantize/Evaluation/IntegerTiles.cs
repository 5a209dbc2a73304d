using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// Inner loops of integer convolutions: 8 pixels x 16 channels, two products of 16-bit numbers summed in 32 bits by one instruction. Sums are
/// taken modulo 2^32, so any order gives the reference's bits.
/// </summary>
internal static class IntegerTiles
{
    /// <summary>Weights as [Cout / 16][K / 2][16][2] from rows of K (even), missing channels 0.</summary>
    public static short[] Pack(ReadOnlySpan<short> rows, int count, int depth)
    {
        const int channels = FloatTiles.Channels;
        var packed = new short[(count + channels - 1) / channels * depth * channels];
        for (var r = 0; r < count; r++)
        {
            for (var k = 0; k < depth; k++)
                packed[((((r / channels * (depth / 2)) + (k / 2)) * channels) + (r % channels)) * 2 + (k % 2)] = rows[(r * depth) + k];
        }
        return packed;
    }

    /// <summary>Dot products of 8 pixels with 16 channels; see <see cref="FloatTiles.Correlate"/>. The segment length is even.</summary>
    public static void Correlate(ReadOnlySpan<short> x, ReadOnlySpan<int> offsets, ReadOnlySpan<int> segments, int length, ReadOnlySpan<short> weights, ReadOnlySpan<int> start, Span<int> result)
    {
        if (Avx512BW.IsSupported)
        {
            Correlate512(ref MemoryMarshal.GetReference(x), offsets[..8], segments, length, ref MemoryMarshal.GetReference(weights),
                Vector512.Create(start[..16]), result[..128]);
        }
        else if (Avx2.IsSupported)
        {
            for (var first = 0; first < 8; first += 4)
                Correlate256(ref MemoryMarshal.GetReference(x), offsets.Slice(first, 4), segments, length, ref MemoryMarshal.GetReference(weights), start[..16], result.Slice(first * 16, 64));
        }
        else
        {
            CorrelateScalar(x, offsets, segments, length, weights, start, result);
        }
    }

    private static void Correlate512(ref short x, ReadOnlySpan<int> o, ReadOnlySpan<int> segments, int length, ref short w, Vector512<int> start, Span<int> result)
    {
        Vector512<int> a0 = start, a1 = start, a2 = start, a3 = start, a4 = start, a5 = start, a6 = start, a7 = start;
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
            for (nint k = 0; k < length; k += 2)
            {
                var v = Vector512.LoadUnsafe(ref w);
                w = ref Unsafe.Add(ref w, 32);
                a0 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p0, k), v);
                a1 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p1, k), v);
                a2 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p2, k), v);
                a3 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p3, k), v);
                a4 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p4, k), v);
                a5 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p5, k), v);
                a6 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p6, k), v);
                a7 += Avx512BW.MultiplyAddAdjacent(Pair512(ref p7, k), v);
            }
        }
        a0.CopyTo(result);
        a1.CopyTo(result[16..]);
        a2.CopyTo(result[32..]);
        a3.CopyTo(result[48..]);
        a4.CopyTo(result[64..]);
        a5.CopyTo(result[80..]);
        a6.CopyTo(result[96..]);
        a7.CopyTo(result[112..]);
    }

    // Four pixels at a time: 8 sums, 2 weights and 4 factors fill the 16 registers, and a load serves two products.
    private static void Correlate256(ref short x, ReadOnlySpan<int> o, ReadOnlySpan<int> segments, int length, ref short w, ReadOnlySpan<int> start, Span<int> result)
    {
        var (low, high) = (Vector256.Create(start[..8]), Vector256.Create(start[8..]));
        Vector256<int> a0 = low, b0 = high, a1 = low, b1 = high, a2 = low, b2 = high, a3 = low, b3 = high;
        foreach (var segment in segments)
        {
            ref var p0 = ref Unsafe.Add(ref x, o[0] + segment);
            ref var p1 = ref Unsafe.Add(ref x, o[1] + segment);
            ref var p2 = ref Unsafe.Add(ref x, o[2] + segment);
            ref var p3 = ref Unsafe.Add(ref x, o[3] + segment);
            for (nint k = 0; k < length; k += 2)
            {
                var u = Vector256.LoadUnsafe(ref w);
                var v = Vector256.LoadUnsafe(ref Unsafe.Add(ref w, 16));
                w = ref Unsafe.Add(ref w, 32);
                var x0 = Pair256(ref p0, k);
                a0 += Avx2.MultiplyAddAdjacent(x0, u);
                b0 += Avx2.MultiplyAddAdjacent(x0, v);
                var x1 = Pair256(ref p1, k);
                a1 += Avx2.MultiplyAddAdjacent(x1, u);
                b1 += Avx2.MultiplyAddAdjacent(x1, v);
                var x2 = Pair256(ref p2, k);
                a2 += Avx2.MultiplyAddAdjacent(x2, u);
                b2 += Avx2.MultiplyAddAdjacent(x2, v);
                var x3 = Pair256(ref p3, k);
                a3 += Avx2.MultiplyAddAdjacent(x3, u);
                b3 += Avx2.MultiplyAddAdjacent(x3, v);
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

    private static void CorrelateScalar(ReadOnlySpan<short> x, ReadOnlySpan<int> offsets, ReadOnlySpan<int> segments, int length, ReadOnlySpan<short> weights, ReadOnlySpan<int> start, Span<int> result)
    {
        for (var p = 0; p < 8; p++)
        {
            var sums = result.Slice(p * 16, 16);
            start[..16].CopyTo(sums);
            var at = 0;
            foreach (var segment in segments)
            {
                for (var k = 0; k < length; k += 2, at += 32)
                {
                    int u = x[offsets[p] + segment + k], v = x[offsets[p] + segment + k + 1];
                    for (var c = 0; c < 16; c++)
                        sums[c] += (u * weights[at + (2 * c)]) + (v * weights[at + (2 * c) + 1]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair512(ref short p, nint k) => Vector512.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref p, k)))).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair256(ref short p, nint k) => Vector256.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref p, k)))).AsInt16();
}
