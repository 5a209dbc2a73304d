using Brim.Quantize.Accumulators;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class AxeConstraintTests
{
    public static TheoryData<string, bool, bool> Methods => new()
    {
        { "rtn", false, false }, { "gpfq", false, false }, { "optq", false, false },
        { "optq", true, false }, { "gpfq", false, true }, { "optq", true, true },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void NoInputOverflowsAnyTile(string method, bool signed, bool centred)
    {
        var random = new Random(11);
        var bound = 0;
        for (var trial = 0; trial < 30; trial++)
        {
            var (bits, tile) = (random.Next(9, 13), random.Next(3, 20));
            var range = signed ? IntegerRange.Signed(4) : IntegerRange.Unsigned(4);
            var (x, noisy) = RandomLayers.Inputs(random, 60, 32);
            var w = RandomLayers.Gaussian(random, 4, 32);
            var axe = new AxeConstraint(bits, range, tile, centred, SoftThreshold: trial % 2 == 1);
            IWeightRounder rounder = method switch { "rtn" => new Rtn(axe), "gpfq" => new Gpfq(Constraint: axe), _ => new Optq(Constraint: axe) };
            var codes = rounder.Round(RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 6), x, noisy));
            for (var r = 0; r < 4; r++)
            {
                for (var first = 0; first < 32; first += tile)
                {
                    // The worst inputs, played out: every positive code meets the largest activation and every negative one the smallest.
                    long high = 0, low = 0;
                    foreach (var q in codes.Row(r)[first..Math.Min(first + tile, 32)])
                    {
                        high += Math.Max(q * range.Min, q * range.Max);
                        low += Math.Min(q * range.Min, q * range.Max);
                    }
                    if (centred)
                        Assert.True(high - low <= (1L << bits) - 1);
                    else
                        Assert.True(high <= (1L << (bits - 1)) - 1 && low >= -(1L << (bits - 1)));
                    bound += high - low > (1L << (bits - 1)) * 3 / 4 ? 1 : 0;
                }
            }
        }
        Assert.True(bound > 0, "the constraint never came close to its limit: the test shows nothing");
    }

    [Fact]
    public void AWideAccumulatorChangesNothing()
    {
        var random = new Random(12);
        var (x, noisy) = RandomLayers.Inputs(random, 60, 16);
        var w = RandomLayers.Gaussian(random, 4, 16);
        var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 4), x, noisy);
        Assert.Equal(new Optq().Round(problem).Elements, new Optq(Constraint: new AxeConstraint(32, IntegerRange.Unsigned(8), 8, SoftThreshold: true)).Round(problem).Elements);
    }
}
