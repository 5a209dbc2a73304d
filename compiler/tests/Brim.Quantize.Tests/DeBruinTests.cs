using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Tests;

public class DeBruinTests
{
    [Fact]
    public void WorkedExample()
    {
        // max|x| = 3.5 -> IL_data = 2 (unsigned); max|w| = 0.7 -> IL_w = 0 + sign = 1;
        // R = 3.5 * (0.7 + 0.5) + 0.1 = 4.3 -> IL_acc = 2 + 2 = 4; P = 12 -> FL_data + FL_weights = 8.
        var layer = new DeBruinLayer(new Matrix(1, 2, [0.7, -0.5]), [0.1], 0, 3.5);
        Assert.Equal(4.3, layer.LargestSum(RangeEvidence.Analytic), 9);
        Assert.Equal(3.5 * 0.7 + 0.1, layer.LargestSum(RangeEvidence.AnalyticTwoSided), 9);
        var candidates = layer.Candidates(12, 4.3);
        Assert.All(candidates, c => Assert.Equal(8, c.Data.FractionBits + c.Weights.FractionBits));
        Assert.Equal([8, 7, 6, 5, 4, 3], candidates.Select(c => c.Data.Bits));
        Assert.Equal([3, 4, 5, 6, 7, 8], candidates.Select(c => c.Weights.Bits));
    }

    [Fact]
    public void RoundedCandidates_NeverOverflow_AndUseTheAccumulator()
    {
        var random = new Random(15);
        var used = 0.0;
        var count = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var w = RandomLayers.Gaussian(random, 3, random.Next(2, 30), 0.3);
            var signed = trial % 3 == 0;
            var layer = new DeBruinLayer(w, [0.3, -0.2, 0.05], signed ? -2.2 : 0, 3.1);
            var p = random.Next(10, 17);
            foreach (var candidate in layer.Candidates(p, layer.LargestSum(RangeEvidence.AnalyticTwoSided)))
            {
                if (layer.RoundSafely(candidate, p) is not { } safe)
                    continue;
                long widest = 0;
                for (var r = 0; r < 3; r++)
                {
                    long high = (long)Math.Round(layer.Bias[r] / (safe.Format.Scale * candidate.Data.Scale)), low = high;
                    var (mu, nu) = signed ? (-(1L << (candidate.Data.Bits - 1)), (1L << (candidate.Data.Bits - 1)) - 1) : (0, (1L << candidate.Data.Bits) - 1);
                    foreach (var q in safe.Codes.Row(r))
                    {
                        high += Math.Max(q * mu, q * nu);
                        low += Math.Min(q * mu, q * nu);
                    }
                    Assert.True(high <= (1L << (p - 1)) - 1 && low >= -(1L << (p - 1)));
                    widest = Math.Max(widest, Math.Max(high, -low));
                }
                used += widest / (double)(1L << (p - 1));
                count++;
            }
        }
        Assert.True(count > 100);
        Assert.InRange(used / count, 0.35, 1.0); // power-of-two steps: between a quarter and all of it
    }

    [Fact]
    public void PowersOfTwo_GetABitOfTheirOwnInTheAccumulator()
    {
        Assert.Equal(0, FixedPointFormat.IntegerBitsFor(1, false));
        Assert.Equal(1, FixedPointFormat.IntegerBitsFor(1.01, false));
        Assert.Equal(2, FixedPointFormat.AccumulatorIntegerBits(1));
        Assert.Equal(1, FixedPointFormat.AccumulatorIntegerBits(0.99));
    }
}
