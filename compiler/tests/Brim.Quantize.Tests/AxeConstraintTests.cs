using Brim.Quantize.Accumulators;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class AxeConstraintTests
{
    public static TheoryData<string, bool, bool> Methods => new()
    {
        { "rtn", false, false }, { "gpfq", false, false }, { "optq", false, false }, { "optq+cd", false, false },
        { "optq", true, false }, { "gpfq", false, true }, { "optq", true, true }, { "optq+cd", true, false }, { "optq+cd", false, true },
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
            IWeightRounder rounder = Rounder(method, axe);
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

    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryInputOfATinyLayer_StaysInsideTheAccumulator(string method, bool signed, bool centred)
    {
        var random = new Random(13);
        long fullest = 0;
        for (var trial = 0; trial < 40; trial++)
        {
            const int K = 6, P = 6;
            var range = signed ? IntegerRange.Signed(2) : IntegerRange.Unsigned(2);
            var (x, noisy) = RandomLayers.Inputs(random, 30, K);
            var w = RandomLayers.Gaussian(random, 1, K);
            var codes = Rounder(method, new AxeConstraint(P, range, Centred: centred)).Round(RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 5), x, noisy)).Elements;
            var (low, high) = (0L, 0L);
            for (var i = 0; i < 4096; i++)
            {
                long sum = 0;
                for (var k = 0; k < K; k++)
                    sum += codes[k] * (range.Min + ((i >> (2 * k)) & 3));
                (low, high) = (Math.Min(low, sum), Math.Max(high, sum));
            }
            // A centred accumulator holds any 2^P consecutive sums.
            Assert.True(centred ? high - low < 1 << P : low >= -(1 << (P - 1)) && high < 1 << (P - 1), $"[{low}, {high}]");
            fullest = Math.Max(fullest, centred ? high - low : Math.Max(high, -low));
        }
        Assert.True(fullest > (centred ? 55 : 28), $"the fullest accumulator reached {fullest}: the budget is not used");
    }

    [Fact]
    public void ConstrainedDescent_EndsWhereNoAllowedStepImproves_AndNotWorseThanItsStart()
    {
        var random = new Random(14);
        double gained = 0;
        for (var trial = 0; trial < 20; trial++)
        {
            const int K = 6, P = 6;
            var range = IntegerRange.Unsigned(2);
            var (x, noisy) = RandomLayers.Inputs(random, 40, K);
            var w = RandomLayers.Gaussian(random, 1, K);
            var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 4), x, noisy);
            var axe = new AxeConstraint(P, range);
            var start = problem.Objective(new Optq(1e-9, Constraint: axe).Round(problem));
            var codes = new CoordinateDescent(new Optq(1e-9, Constraint: axe), 1e-9, Constraint: axe).Round(problem);
            var found = problem.Objective(codes);
            Assert.True(found <= start + 1e-6);
            gained += start - found;
            for (var k = 0; k < K; k++)
            {
                for (var q = -7; q <= 7; q++)
                {
                    var other = new WeightCodes(1, K, (int[])codes.Elements.Clone());
                    other[0, k] = q;
                    var exact = AccumulatorBounds.ExactRange(other.Row(0), range);
                    // AXE's accumulator is symmetric: -2^(P-1) is not used.
                    if (exact.Min >= -31 && exact.Max <= 31)
                        Assert.True(problem.Objective(other) >= found - 1e-6);
                }
            }
        }
        Assert.True(gained > 0);
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

    private static IWeightRounder Rounder(string method, AxeConstraint axe) => method switch
    {
        "rtn" => new Rtn(axe),
        "gpfq" => new Gpfq(Constraint: axe),
        "optq" => new Optq(Constraint: axe),
        _ => new CoordinateDescent(new Optq(Constraint: axe), ScaleFits: 3, Constraint: axe),
    };
}
