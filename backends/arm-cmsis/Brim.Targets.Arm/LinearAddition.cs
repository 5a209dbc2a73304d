using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Targets.Arm;

/// <summary>
/// A quantized sum as one linear form of its two codes: clamp((A a + B b + C) >> 22). Whether the numbers give TFLite's result is not
/// argued but checked on every pair of codes.
/// </summary>
/// <param name="FactorA">A.</param>
/// <param name="FactorB">B.</param>
/// <param name="Constant">C.</param>
internal sealed record LinearAddition(int FactorA, int FactorB, int Constant)
{
    /// <summary>Fraction bits; the kernel has the shift in its instruction.</summary>
    private const int FractionBits = 22;

    /// <summary>How far from the rounded real factors to look. The real ones nearly always do; ties need a neighbour now and then.</summary>
    private const int SearchRadius = 6;

    /// <summary>Finds the form, or null if there is none near the real factors.</summary>
    public static LinearAddition? Find(TensorType a, TensorType b, TensorType y)
    {
        var codes = Results(a, b, y);
        var (factorA, factorB) = (RealFactor(a, y), RealFactor(b, y));
        if (Math.Max(factorA, factorB) >= 1L << 31)
            return null;
        for (var radius = 0; radius <= SearchRadius; radius++)
        {
            for (var i = -radius; i <= radius; i++)
            {
                for (var j = -radius; j <= radius; j++)
                {
                    if (Math.Max(Math.Abs(i), Math.Abs(j)) == radius && Fit(codes, a, b, factorA + i, factorB + j) is { } form)
                        return form;
                }
            }
        }
        return null;
    }

    private static long RealFactor(TensorType operand, TensorType y) =>
        (long)Math.Round(Math.ScaleB(operand.Quant!.Scale / y.Quant!.Scale, FractionBits));

    /// <summary>For every pair of codes the result before the activation's clamp, saturated to int8.</summary>
    private static int[,] Results(TensorType a, TensorType b, TensorType y)
    {
        var scaling = AdditionScaling.ForAdd(a, b, y);
        var (ra, rb) = (CodeRange.Of(a.Element), CodeRange.Of(b.Element));
        var codes = new int[ra.Max - ra.Min + 1, rb.Max - rb.Min + 1];
        for (var p = ra.Min; p <= ra.Max; p++)
        {
            for (var q = rb.Min; q <= rb.Max; q++)
            {
                var sum = scaling.Combine(p - a.Quant!.ZeroPoint, q - b.Quant!.ZeroPoint, subtract: false) + y.Quant!.ZeroPoint;
                codes[p - ra.Min, q - rb.Min] = Math.Clamp(sum, -128, 127);
            }
        }
        return codes;
    }

    /// <summary>The middle of the interval of constants that give every result, if there is one and nothing overflows.</summary>
    private static LinearAddition? Fit(int[,] codes, TensorType a, TensorType b, long factorA, long factorB)
    {
        var (minA, minB) = ((int)a.Element.MinCode, (int)b.Element.MinCode);
        long low = int.MinValue;
        long high = int.MaxValue;
        long extreme = 0;
        for (var i = 0; i < codes.GetLength(0); i++)
        {
            for (var j = 0; j < codes.GetLength(1); j++)
            {
                var sum = ((minA + i) * factorA) + ((minB + j) * factorB);
                extreme = Math.Max(extreme, Math.Abs(sum));
                if (codes[i, j] > -128)
                    low = Math.Max(low, ((long)codes[i, j] << FractionBits) - sum);
                if (codes[i, j] < 127)
                    high = Math.Min(high, ((codes[i, j] + 1L) << FractionBits) - 1 - sum);
            }
            if (low > high)
                return null;
        }
        var constant = low + ((high - low) / 2);
        // The kernel adds C to A a first; |A a| <= extreme as b may be 0 or the signs may agree, but B b is added last.
        return extreme + Math.Abs(constant) <= int.MaxValue ? new LinearAddition((int)factorA, (int)factorB, (int)constant) : null;
    }
}
