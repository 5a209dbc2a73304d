using System.Collections.Immutable;
using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

/// <summary>Every bound of every kind of packing by brute force: all weights, all inputs, small lanes.</summary>
public sealed class PackingTests
{
    public static TheoryData<string, int, int, int> Small => new()
    {
        // kind, lane bits, greatest weight, greatest activation
        { "single", 3, 3, 2 },
        { "dual", 3, 2, 2 },
        { "dual", 4, 3, 3 },
        { "dual", 2, 1, 3 },
        { "pixels", 2, 2, 1 },
        { "triple", 2, 1, 2 },
        { "rows", 2, 1, 1 },
        { "rows offset", 2, 1, 3 },
        { "quad", 2, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Small))]
    public void ALaneIsExactIfAndOnlyIfItsRangeFits(string kind, int bits, int limit, int bound)
    {
        var packing = Shrunk(kind, bits);
        var lanes = packing.Lanes;
        const int Steps = 2;
        var fitting = 0;
        var overflowing = 0;
        foreach (var weights in All(Steps * packing.WeightFields.Length, -limit, limit))
        {
            var inputs = All(Steps * packing.ActivationFields.Length, 0, bound);
            if (Fits(packing, weights, Steps, bound))
            {
                fitting++;
                Assert.DoesNotContain(inputs, u => !Decodes(packing, lanes, weights, u, bound, Steps));
            }
            else
            {
                overflowing++;
                Assert.Contains(inputs, u => !Decodes(packing, lanes, weights, u, bound, Steps));
            }
        }
        Assert.True(fitting > 0 && overflowing > 0, $"{fitting} fitting, {overflowing} overflowing");
    }

    /// <summary>One unit more than the lane holds and no start value at all saves it.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TheBoundIsTightForEveryStartValue(int bits)
    {
        for (var norm = 1; norm <= 1 << bits; norm++)
            for (var negative = 0; negative <= norm; negative++)
            {
                var range = new LaneRange(-negative, norm - negative);
                var sums = Enumerable.Range(0, norm + 1).Select(i => range.Low + i).ToArray();
                var saved = Enumerable.Range(0, 1 << bits).Any(start => sums.All(s => s + start >= 0 && s + start < 1 << bits));
                Assert.Equal(saved, range.Fits(bits));
                if (saved)
                    Assert.All(sums, s => Assert.InRange(s + range.Start, 0, (1 << bits) - 1));
            }
    }

    [Fact]
    public void EveryCatalogueEntryDecodesItsLanesAtTheBounds()
    {
        var random = new Random(7);
        foreach (var packing in PackingCatalog.All)
        {
            var limit = packing.WeightsFit(7) ? 7 : 1;
            var bound = packing.ActivationsFit(63) ? 63 : 15;
            Assert.True(packing.WeightsFit(limit) && packing.ActivationsFit(bound), packing.Name);
            for (var round = 0; round < 15; round++)
            {
                var weights = new List<int>();
                int steps;
                for (steps = 0; steps < 400; steps++)
                {
                    var next = Enumerable.Range(0, packing.WeightFields.Length).Select(_ => random.Next(-limit, limit + 1));
                    var longer = weights.Concat(next).ToList();
                    if (!Fits(packing, [.. longer], steps + 1, bound))
                        break;
                    weights = longer;
                }
                foreach (var field in Enumerable.Range(-1, packing.WeightFields.Length + 1))
                    foreach (var sign in new[] { 1, -1 })
                    {
                        var inputs = new int[steps * packing.ActivationFields.Length];
                        for (var i = 0; i < inputs.Length; i++)
                        {
                            var step = i / packing.ActivationFields.Length;
                            inputs[i] = field < 0
                                ? random.Next(bound + 1)
                                : weights[step * packing.WeightFields.Length + field] * sign > 0 ? bound : 0;
                        }
                        Assert.True(Decodes(packing, packing.Lanes, [.. weights], inputs, bound, steps), packing.Name);
                    }
            }
        }
    }

    [Theory]
    [InlineData("smlad-dual", 7, 8)]
    [InlineData("smlal-rows", 127, 128)]
    public void WeightOperandsFitUpToTheLimit(string name, int fits, int overflows)
    {
        var packing = PackingCatalog.All.First(p => p.Name == name);
        Assert.True(packing.WeightsFit(fits));
        Assert.False(packing.WeightsFit(overflows));
    }

    /// <summary>Stored less 2^31, three activations of six bits fit a signed word.</summary>
    [Fact]
    public void OffsetActivationsTakeTheSignBit()
    {
        var packing = PackingCatalog.SmlalRows13;
        Assert.True(packing.ActivationsFit(63) && packing.WeightsFit(31));
        Assert.False(packing.ActivationsFit(64) || packing.WeightsFit(32) || (packing with { IsOffset = false }).ActivationsFit(63));
    }

    [Fact]
    public void RowsMultiplyNineTimesIntoFiveLanes()
    {
        var lanes = PackingCatalog.SmlalRows.Lanes;
        Assert.Equal(9, PackingCatalog.SmlalRows.Multiplications);
        Assert.Equal([12, 12, 12, 12, 16], lanes.Select(l => l.Bits));
        Assert.Equal([1, 2, 3, 2, 1], lanes.Select(l => l.Products.Length));
    }

    private static Packing Shrunk(string kind, int bits) => kind switch
    {
        "single" => new("single", "", bits, 32, 1, [0], [0], PackedAxis.Channels),
        "dual" => new(kind, "", 2 * bits, 32, 1, [0, bits], [0], PackedAxis.Channels),
        "pixels" => new(kind, "", 2 * bits, 32, 1, [0], [0, bits], PackedAxis.Channels),
        "triple" => new(kind, "", 3 * bits, 32, 1, [0, bits, 2 * bits], [0], PackedAxis.Taps),
        "rows" => new(kind, "", 5 * bits, 32, 1, [0, bits, 2 * bits], [0, bits, 2 * bits], PackedAxis.Taps),
        "rows offset" => Shrunk("rows", bits) with { OperandBits = 3 * bits, IsOffset = true },
        "quad" => new(kind, "", 4 * bits, 32, 1, [0, bits], [0, 2 * bits], PackedAxis.Channels),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static LaneRange Range(Packing packing, Lane lane, int[] weights, int steps, int bound)
    {
        var range = default(LaneRange);
        for (var step = 0; step < steps; step++)
            foreach (var (weight, _) in lane.Products)
                range += LaneRange.Of(weights[step * packing.WeightFields.Length + weight], bound);
        return range;
    }

    private static bool Fits(Packing packing, int[] weights, int steps, int bound) =>
        packing.Lanes.All(lane => Range(packing, lane, weights, steps, bound).Fits(lane.Bits));

    /// <summary>Runs the words through modular arithmetic and compares every lane with its plain sum.</summary>
    private static bool Decodes(Packing packing, ImmutableArray<Lane> lanes, int[] weights, int[] inputs, int bound, int steps)
    {
        var acc = Int128.Zero;
        foreach (var lane in lanes)
            acc += (Int128)Range(packing, lane, weights, steps, bound).Start << lane.Offset;
        for (var step = 0; step < steps; step++)
        {
            var word = packing.WeightWord(weights.AsSpan(step * packing.WeightFields.Length, packing.WeightFields.Length));
            var w = Signed(packing, word);
            acc += (long)packing.Missing(word);
            var u = Signed(packing, packing.ActivationWord(inputs.AsSpan(step * packing.ActivationFields.Length, packing.ActivationFields.Length)));
            acc += (Int128)w * u;
        }
        acc &= (Int128.One << packing.AccumulatorBits) - 1;
        foreach (var lane in lanes)
        {
            long expected = Range(packing, lane, weights, steps, bound).Start;
            for (var step = 0; step < steps; step++)
                foreach (var (weight, activation) in lane.Products)
                    expected += weights[step * packing.WeightFields.Length + weight] * inputs[step * packing.ActivationFields.Length + activation];
            if ((long)((acc >> lane.Offset) & ((Int128.One << lane.Bits) - 1)) != expected)
                return false;
        }
        return true;
    }

    private static long Signed(Packing packing, uint word) => (int)(word << (32 - packing.OperandBits)) >> (32 - packing.OperandBits);

    private static IEnumerable<int[]> All(int length, int low, int high)
    {
        var values = Enumerable.Repeat(low, length).ToArray();
        for (; ; )
        {
            yield return [.. values];
            var i = 0;
            while (i < length && values[i] == high)
                values[i++] = low;
            if (i == length)
                yield break;
            values[i]++;
        }
    }
}
