using System.Numerics;
using System.Runtime.InteropServices;

namespace Brim.Core.Numerics;

/// <summary>Sums of products of equally long vectors.</summary>
public static class DotProduct
{
    /// <summary>Modulo 2^32. Addition is associative modulo 2^32, so the vector form gives the same bits as a plain loop.</summary>
    public static int Int32(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        b = b[..a.Length];
        var va = MemoryMarshal.Cast<int, Vector<int>>(a);
        var vb = MemoryMarshal.Cast<int, Vector<int>>(b);
        var (sum0, sum1) = (Vector<int>.Zero, Vector<int>.Zero);
        var i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            sum0 += va[i] * vb[i];
            sum1 += va[i + 1] * vb[i + 1];
        }
        if (i < va.Length)
            sum0 += va[i] * vb[i];
        var sum = Vector.Sum(sum0 + sum1);
        for (var k = va.Length * Vector<int>.Count; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>Modulo 2^64.</summary>
    public static long Int64(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        b = b[..a.Length];
        long sum = 0;
        for (var k = 0; k < a.Length; k++)
            sum += (long)a[k] * b[k];
        return sum;
    }

    /// <summary>In float32, one product after the other: the order is part of the result.</summary>
    public static float Float32(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        b = b[..a.Length];
        var sum = 0f;
        for (var k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>Adds the products of the elements of two vectors to a third, modulo 2^32.</summary>
    public static void AddProducts(Span<int> sums, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        a = a[..sums.Length];
        b = b[..sums.Length];
        var vs = MemoryMarshal.Cast<int, Vector<int>>(sums);
        var va = MemoryMarshal.Cast<int, Vector<int>>(a);
        var vb = MemoryMarshal.Cast<int, Vector<int>>(b);
        for (var i = 0; i < vs.Length; i++)
            vs[i] += va[i] * vb[i];
        for (var k = vs.Length * Vector<int>.Count; k < sums.Length; k++)
            sums[k] += a[k] * b[k];
    }

    /// <summary>Adds the products of the elements of two vectors to a third, modulo 2^64.</summary>
    public static void AddProducts(Span<long> sums, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        for (var k = 0; k < sums.Length; k++)
            sums[k] += (long)a[k] * b[k];
    }
}
