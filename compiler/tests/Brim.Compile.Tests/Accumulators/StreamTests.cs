using System.Collections.Immutable;
using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

/// <summary>Packed streams, executed, give the plain sums: random and worst-case inputs.</summary>
public sealed class StreamTests
{
    private const int Random = 0;

    [Theory]
    [InlineData(12, 4)]
    [InlineData(12, 5)]
    [InlineData(12, 6)]
    [InlineData(13, 4)]
    [InlineData(13, 5)]
    [InlineData(13, 6)]
    public void RowsGiveThePlainSums(int spacing, int bits)
    {
        var random = new Random(11);
        var (packed, cut) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            var greatest = (1 << (bits - 1)) - 1;
            var filter = Filter(random, 2 * random.Next(1, 4), 3, random.Next(1, 60), greatest);
            // Three weights must not fill a lane.
            var bounds = Bounds(random, filter.Channels, Math.Min(63, ((1 << (spacing - 1)) - 1) / (3 * greatest)));
            var limit = random.Next(spacing - 1, spacing + 1);
            var layer = ConvRowsStream.Build(filter, bounds, spacing, limit).Layer;
            Assert.Equal(bits, ConvRowsStream.CodeBits(filter.Limit));
            packed++;
            cut += layer!.Tiles.Count(t => t.Chunks.Length > 1);
            Assert.All(layer.Tiles.SelectMany(t => t.Chunks).SelectMany(c => c.Lanes), l => Assert.True(l.Fits(Math.Min(limit, 20))));
            var width = random.Next(1, 10);
            for (var kind = Random; kind < 1 + 2 * filter.Outputs; kind++)
                CheckRows(layer, filter, bounds, bits, Image(random, kind, filter, bounds, width), width);
        }
        Assert.True(packed == 60 && cut > 60, $"{packed} layers, {cut} tiles of more than one chunk");
    }

    [Fact]
    public void TripleGivesThePlainSums()
    {
        var random = new Random(12);
        for (var round = 0; round < 60; round++)
        {
            var filter = Filter(random, random.Next(1, 7), 3, random.Next(1, 40));
            var bounds = Bounds(random, filter.Channels, 63);
            var layer = ConvTripleStream.Build(filter, bounds).Layer!;
            var width = random.Next(1, 6);
            for (var kind = Random; kind < 1 + 2 * filter.Outputs; kind++)
            {
                var image = Image(random, kind, filter, bounds, width);
                for (var c = 0; c < filter.Outputs; c++)
                {
                    var row = new long[width + 2];
                    row[1] = layer.Left[c];
                    for (var x = 0; x < width; x++)
                    {
                        var lanes = StreamMachine.Triple(StreamMachine.Tile(layer, c / 3), step => (uint)image(step, x))[c % 3];
                        for (var i = 0; i < 3; i++)
                            row[x + i] += lanes[i];
                    }
                    row[width] += layer.Right[c];
                    for (var x = 0; x < width; x++)
                        Assert.Equal(Plain(filter, bounds, image, width, c, x), row[x + 1] + layer.FoldedBias(c, 5, bounds.Padding, filter));
                }
            }
        }
    }

    [Theory]
    [InlineData(2, 48, 64)]
    [InlineData(2, 48, 12)]
    [InlineData(2, 48, 15)]
    [InlineData(8, 32, 64)]
    [InlineData(8, 32, 12)]
    [InlineData(8, 32, 11)]
    public void DualGivesThePlainSums(int rows, int segment, int limit)
    {
        var random = new Random(13);
        var (cut, kept) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            var filter = Filter(random, random.Next(1, 20), 1, random.Next(1, 500));
            var bounds = Bounds(random, filter.Channels, 63) with { Padding = 0 };
            // As much in place as can be, within int8's flash, in the least flash, and within some bytes between.
            int[] budgets = [int.MaxValue, filter.Codes.Length, 0, random.Next(filter.Codes.Length / 2, 2 * filter.Codes.Length)];
            var budget = budgets[round % 4];
            var outcomes = rows == 2 ? DualStream.BuildConvolution(filter, bounds, [budget], limit) : DualStream.BuildDense(filter, bounds, [budget], limit);
            var layer = outcomes.Single().Layer!;
            Assert.True(budget < int.MaxValue || layer.ExpandedSteps == layer.Tiles.Length / 2);
            kept += budget is > 0 and < int.MaxValue && layer.ExpandedSteps > layer.Tiles.Length / 2 && layer.Bytes <= budget ? 1 : 0;
            var tail = 0;
            Assert.All(layer.Tiles.SelectMany(t => t.Chunks).SelectMany(c => c.Lanes), l => Assert.True(l.Fits(Math.Min(limit, 20))));
            cut += layer.Tiles.Count(t => t.Lanes[0].Offset != 0 && t.Chunks.Length > 1);
            var zero = random.Next(4);
            for (var kind = Random; kind < 1 + 2 * filter.Outputs; kind++)
            {
                int[] u = [.. Enumerable.Range(0, filter.Channels).Select(k => Activation(random, kind, filter.Tap(Target(kind), k), bounds.Channels[k]))];
                uint Pair(int step) => Tap(DualStream.Tap(step, 0)) | Tap(DualStream.Tap(step, 1)) << 16;
                uint Tap(int k) => k < u.Length ? (uint)u[k] : 9; // Taps that only fill up may be anything.
                for (var c = 0; c < filter.Outputs; c++)
                {
                    var (sums, tailWords) = StreamMachine.Dual(StreamMachine.DualTile(layer, c / (2 * rows)), rows, segment, Pair);
                    var sum = sums[c % (2 * rows)];
                    tail = Math.Max(tail, tailWords);
                    var expected = 5L + Enumerable.Range(0, u.Length).Sum(k => (long)filter.Tap(c, k) * (u[k] - zero));
                    Assert.Equal(expected, sum + layer.FoldedBias(c, 5, zero, filter));
                }
            }
            Assert.Equal(tail, layer.LongestTile);
        }
        Assert.Equal(limit < 20, cut > 10);
        Assert.True(kept > 10, $"only {kept} streams keep to a budget by tails in 4 bits");
    }

    /// <summary>Two pixels in a word: the first is driven to an end of a channel's sum, the second to the other.</summary>
    [Theory]
    [InlineData("pixels", 12, 15, 64)]
    [InlineData("pixels", 12, 15, 12)]
    [InlineData("pixels", 12, 5, 11)]
    [InlineData("quad", 12, 255, 64)]
    [InlineData("quad", 13, 63, 64)]
    [InlineData("quad", 14, 15, 64)]
    [InlineData("quad", 14, 15, 12)]
    public void TwoPixelsAWordGiveThePlainSums(string kind, int spacing, int activation, int limit)
    {
        var random = new Random(19);
        var (packed, cut, widths) = (0, 0, new SortedSet<int>());
        for (var round = 0; round < 60; round++)
        {
            var filter = Filter(random, random.Next(1, 10), 1, random.Next(1, 300), Math.Min((4 << (round % 5)) - 1, random.Next(1, 1 + ((1 << Math.Min(spacing, limit)) / activation / 2))));
            var bounds = Bounds(random, filter.Channels, activation) with { Padding = 0 };
            var outcome = kind == "quad" ? QuadStream.Build(filter, bounds, spacing, limit) : PixelsStream.Build(filter, bounds, limit);
            if (outcome.Layer is not { } layer)
                continue;
            packed++;
            var bits = PairCodes.Bits(filter.Limit)!.Value;
            widths.Add(bits);
            cut += layer.Tiles.Count(t => t.Chunks.Length > 1);
            Assert.Equal(spacing, layer.Spacing);
            Assert.All(layer.Tiles.SelectMany(t => t.Chunks).SelectMany(c => c.Lanes), l => Assert.True(l.Fits(Math.Min(limit, 20))));
            for (var aim = Random; aim < 1 + 2 * filter.Outputs; aim++)
            {
                int[][] u = [.. new[] { aim, aim == Random ? Random : ((aim - 1) ^ 1) + 1 }.Select(a => Enumerable.Range(0, filter.Channels)
                    .Select(k => Activation(random, a, filter.Tap(Target(a), k), bounds.Channels[k])).ToArray())];
                uint Tap(int pixel, int k) => k < filter.Channels ? (uint)u[pixel][k] : 3; // Taps that only fill up may be anything.
                uint Half(int k) => (Tap(0, k) | Tap(1, k) << spacing) ^ 0x8000;
                var at = 0;
                for (var first = 0; first < filter.Outputs; first += 4)
                {
                    var sums = kind == "quad"
                        ? StreamMachine.Quad(layer.Words.AsSpan(), ref at, spacing, bits, k => (Tap(0, k) | Tap(1, k) << (2 * spacing)) ^ 0x8000_0000)
                        : StreamMachine.Pixels(layer.Words.AsSpan(), ref at, bits, step => Half(DualStream.Tap(step, 0)) | Half(DualStream.Tap(step, 1)) << 16);
                    foreach (var (c, pixel) in from c in Enumerable.Range(first, Math.Min(4, filter.Outputs - first)) from pixel in new[] { 0, 1 } select (c, pixel))
                    {
                        var expected = 5L + Enumerable.Range(0, filter.Channels).Sum(k => (long)filter.Tap(c, k) * (u[pixel][k] - 2));
                        Assert.Equal(expected, sums[c % 4][pixel] + layer.FoldedBias(c, 5, 2, filter));
                    }
                }
                Assert.Equal(layer.Words.Length, at);
            }
        }
        Assert.True(packed > 40 && cut > 20, $"{packed} layers, {cut} tiles of more than one chunk");
        Assert.True(activation != 15 || limit != 64 || widths.Count == 4, $"weights of {string.Join(", ", widths)} bits");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(15)]
    public void TwoChannelsAWordGiveThePlainSums(int limit)
    {
        var random = new Random(17);
        var cut = 0;
        for (var round = 0; round < 40; round++)
        {
            var filter = Filter(random, random.Next(1, 20), 1, random.Next(1, 400));
            filter = filter with { Codes = [.. filter.Codes.Select(w => (sbyte)(w * limit / 7))] };
            var bounds = Bounds(random, filter.Channels, 255) with { Padding = 0 };
            var layer = Dual16Stream.Build(filter, bounds).Layer!;
            cut += layer.Tiles.Count(t => t.Chunks.Length > 1);
            for (var kind = Random; kind < 1 + 2 * filter.Outputs; kind++)
            {
                int[] u = [.. Enumerable.Range(0, filter.Channels).Select(k => Activation(random, kind, filter.Tap(Target(kind), k), bounds.Channels[k]))];
                for (var tile = 0; tile < layer.Tiles.Length; tile++)
                {
                    var sums = StreamMachine.Dual16(StreamMachine.Tile(layer, tile), filter.Limit <= 7 ? 4 : 5, k => (uint)u[k]);
                    for (var c = 8 * tile; c < Math.Min(8 * tile + 8, filter.Outputs); c++)
                    {
                        var expected = 5L + Enumerable.Range(0, u.Length).Sum(k => (long)filter.Tap(c, k) * (u[k] - 2));
                        Assert.Equal(expected, sums[c % 8] + layer.FoldedBias(c, 5, 2, filter));
                    }
                }
            }
        }
        Assert.True(cut > 10, $"only {cut} tiles of more than one chunk");
    }

    [Fact]
    public void TwoChannelsAWordOfDenseLayersGiveThePlainSums()
    {
        var random = new Random(19);
        var cut = 0;
        for (var round = 0; round < 40; round++)
        {
            var filter = Filter(random, random.Next(1, 20), 1, random.Next(1, 300));
            var bounds = Bounds(random, filter.Channels, 255) with { Padding = 0 };
            var layer = DenseDual16Stream.Build(filter, bounds).Layer!;
            cut += layer.Tiles.Count(t => t.Chunks.Length > 1);
            // What the lanes add up has no negative products: all inputs at their bounds are the worst.
            for (var kind = Random; kind < 2 + 2 * filter.Outputs; kind++)
            {
                int[] u = [.. Enumerable.Range(0, filter.Channels).Select(k =>
                    kind == 1 + 2 * filter.Outputs ? bounds.Channels[k] : Activation(random, kind, filter.Tap(Target(kind), k), bounds.Channels[k]))];
                for (var tile = 0; tile < layer.Tiles.Length; tile++)
                {
                    var sums = StreamMachine.DenseDual16(StreamMachine.Tile(layer, tile), u);
                    for (var c = 8 * tile; c < Math.Min(8 * tile + 8, filter.Outputs); c++)
                    {
                        var expected = 5L + Enumerable.Range(0, u.Length).Sum(k => (long)filter.Tap(c, k) * (u[k] - 2));
                        Assert.Equal(expected, sums[c % 8] + layer.FoldedBias(c, 5, 2, filter));
                    }
                }
            }
        }
        Assert.True(cut > 10, $"only {cut} tiles of more than one chunk");
    }

    /// <summary>The same for codes w + 7, whose lanes start at 0; a step is two taps.</summary>
    [Fact]
    public void ChunksOfDenseLayersEndWhereALaneWouldOverflow()
    {
        var random = new Random(20);
        for (var round = 0; round < 40; round++)
        {
            var filter = Filter(random, random.Next(1, 9), 1, 400);
            var bounds = ActivationBounds.Uniform(400, random.Next(60, 256));
            foreach (var chunk in DenseDual16Stream.Build(filter, bounds).Layer!.Tiles.SelectMany(t => t.Chunks).Where(c => c.End < 200))
            {
                Assert.All(Greatest(chunk.Begin, chunk.End), s => Assert.InRange(s, 0, 65535));
                Assert.Contains(Greatest(chunk.Begin, chunk.End + 1), s => s > 65535);
            }

            IEnumerable<long> Greatest(int begin, int end) => Enumerable.Range(0, filter.Outputs)
                .Select(c => (long)bounds.Greatest * Enumerable.Range(2 * begin, 2 * (end - begin)).Sum(k => filter.Tap(c, k) + 7));
        }
    }

    /// <summary>Chunks are as long as they can be: one step more and the worst input of some lane leaves its bits.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(13)]
    public void ChunksOfTwoChannelsAWordEndWhereALaneWouldOverflow(int bits)
    {
        var greatest = (1 << bits) - 1;
        var random = new Random(18);
        for (var round = 0; round < 40; round++)
        {
            var filter = Filter(random, random.Next(1, 9), 1, 400);
            var bounds = ActivationBounds.Uniform(400, random.Next(60, 256));
            foreach (var chunk in Dual16Stream.Build(filter, bounds, bits).Layer!.Tiles.SelectMany(t => t.Chunks).Where(c => c.End < 400))
            {
                Assert.All(Spans(chunk.Begin, chunk.End), s => Assert.InRange(s, 0, greatest));
                Assert.Contains(Spans(chunk.Begin, chunk.End + 1), s => s > greatest);
            }

            // Greatest less least sum over all inputs, plainly.
            IEnumerable<long> Spans(int begin, int end) => Enumerable.Range(0, filter.Outputs)
                .Select(c => (long)bounds.Greatest * Enumerable.Range(begin, end - begin).Sum(k => Math.Abs(filter.Tap(c, k))));
        }
    }

    [Theory]
    [InlineData(12, 7, 63)]
    [InlineData(13, 7, 63)]
    [InlineData(13, 14, 63)]
    public void DepthwiseRowsGiveThePlainSums(int spacing, int greatest, int activation)
    {
        var random = new Random(14);
        for (var round = 0; round < 200; round++)
        {
            var filter = Filter(random, random.Next(1, 5), 3, 1, greatest);
            var bounds = Bounds(random, filter.Outputs, activation);
            var layer = DepthwiseRows.Build(filter, bounds, spacing).Layer!;
            var width = random.Next(3, 10);
            CheckDepthwise(random, filter, bounds, layer, width, (weights, one, image) =>
            {
                var sums = new long[width + 2];
                var (rows, start) = StreamMachine.DepthwiseLanes(weights, spacing, bounds.Greatest);
                // What is left of the image is a block of padding, of which lanes 3 and 4 belong to the first columns.
                var padding = Block((_, _) => bounds.Padding, one, 3, 0, 0, spacing);
                var carry = (uint)(Products(rows, start, _ => padding) >> (3 * spacing));
                for (var block = 0; block < (width + 2) / 3; block++)
                {
                    var acc = Products(rows, ((uint)start + carry) | start >> 32 << 32, row => Block(image, one, width, row, block, spacing));
                    for (var lane = 0; lane < 3; lane++)
                        if (3 * block - 1 + lane >= 0)
                            sums[3 * block - 1 + lane] += (long)(acc >> (spacing * lane) & ((1ul << spacing) - 1));
                    carry = (uint)(acc >> (3 * spacing));
                }
                if (width % 3 == 0)
                    sums[width - 1] += (carry & ((1u << spacing) - 1)) + ((uint)Products(rows, start, _ => padding) & ((1u << spacing) - 1));
                return sums;
            });
        }

        static ulong Products(ReadOnlySpan<uint> rows, ulong start, Func<int, uint> pixels)
        {
            for (var row = 0; row < 3; row++)
                start += (ulong)((long)(int)rows[row] * (int)pixels(row));
            return start;
        }
    }

    [Theory]
    [InlineData(7, 255)]
    [InlineData(28, 255)]
    [InlineData(127, 57)]
    public void DepthwisePixelsGiveThePlainSums(int greatest, int activation)
    {
        var random = new Random(21);
        for (var round = 0; round < 200; round++)
        {
            var filter = Filter(random, random.Next(1, 5), 3, 1, greatest);
            var bounds = Bounds(random, filter.Outputs, activation);
            var layer = DepthwisePixels.Build(filter, bounds).Layer!;
            var width = random.Next(1, 10);
            var pairs = width / 2 + 1;
            CheckDepthwise(random, filter, bounds, layer, width, (weights, _, image) =>
            {
                // One row of results: the three rows of its windows, and what begins the row after.
                var words = new uint[(3 * pairs) + 1];
                for (var i = 0; i < words.Length; i++)
                {
                    for (var half = 0; half < 2; half++)
                    {
                        var (row, x) = (i / pairs, (2 * (i % pairs)) + half - 1);
                        words[i] |= (uint)(row < 3 && x >= 0 && x < width ? image(row, x) : bounds.Padding) << (16 * half);
                    }
                }
                var all = StreamMachine.DepthwisePixels(weights, bounds.Greatest, pairs, words);
                return [.. Enumerable.Range(2, width).Select(i => (long)(all[i / 2] >> (16 * (i % 2)) & 0xFFFF))];
            });
        }
    }

    /// <summary>Nine weights of w and activations up to U need a lane for 9 w U: the closest fields that have it.</summary>
    [Theory]
    [InlineData(7, 63, 12)]
    [InlineData(14, 63, 13)]
    [InlineData(15, 63, null)]
    public void DepthwiseRowsTakeTheClosestFields(int weight, int activation, int? spacing) =>
        Assert.Equal(spacing, DepthwiseRows.Build(Uniform(weight), ActivationBounds.Uniform(1, activation)).Layer?.Spacing);

    /// <summary>16 bits hold 9 w U up to 65535, and 12 bits, if no more are allowed, up to 4095.</summary>
    [Theory]
    [InlineData(28, 255, 64, true)]
    [InlineData(29, 255, 64, false)]
    [InlineData(127, 57, 64, true)]
    [InlineData(127, 58, 64, false)]
    [InlineData(7, 65, 12, true)]
    [InlineData(7, 66, 12, false)]
    public void DepthwisePixelsTakeWhatFitsTheirLanes(int weight, int activation, int limit, bool fits)
    {
        var outcome = DepthwisePixels.Build(Uniform(weight), ActivationBounds.Uniform(1, activation), limit);
        Assert.Equal(fits, outcome.Layer is not null);
        Assert.Equal(fits, 9 * weight * activation < 1 << Math.Min(16, limit));
        if (!fits)
            Assert.Contains($"spans {9 * weight * activation}, more than {Math.Min(16, limit)} bits", outcome.Refusal!.Replace("sums span", "spans", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>As many bits as the longest code needs, for nine weights a channel, and never more than int8.</summary>
    [Theory]
    [InlineData(4, 3, 3)]
    [InlineData(8, 7, 4)]
    [InlineData(8, -8, 4)]
    [InlineData(8, 8, 5)]
    [InlineData(3, 0, 2)]
    [InlineData(64, -31, 6)]
    [InlineData(5, 127, 8)]
    public void DepthwiseWeightsTakeTheirOwnBits(int channels, int longest, int bits)
    {
        var filter = new FilterCodes(channels, 3, 3, 1, [.. Enumerable.Range(0, 9 * channels).Select(i => (sbyte)(i == 9 ? longest : 0))]);
        Assert.Equal(bits, DepthwiseCodes.Bits(filter));
        var layer = DepthwisePixels.Build(filter, ActivationBounds.Uniform(channels, 57)).Layer!;
        Assert.Equal((9 * channels * bits + 31) / 32, layer.Words.Length);
        Assert.InRange(layer.Bytes, 1, filter.Int8Bytes);
        for (var c = 0; c < channels; c++)
            Assert.Equal([.. Enumerable.Range(0, 9).Select(k => filter.Tap(c, k))], StreamMachine.DepthwiseWeights(layer, c, bits));
    }

    private static FilterCodes Uniform(int weight) => new(1, 3, 3, 1, [.. Enumerable.Repeat((sbyte)weight, 9)]);

    /// <summary>Sums of every channel from its stored weights, on random images and those that drive them to their ends.</summary>
    private static void CheckDepthwise(
        Random random, FilterCodes filter, ActivationBounds bounds, PackedLayer layer, int width, Func<int[], ActivationBounds, Func<int, int, int>, long[]> machine)
    {
        for (var c = 0; c < filter.Outputs; c++)
        {
            var one = bounds with { Channels = [bounds.Channels[c]] };
            var weights = StreamMachine.DepthwiseWeights(layer, c, DepthwiseCodes.Bits(filter));
            foreach (var kind in new[] { Random, 1 + 2 * c, 2 + 2 * c })
            {
                var image = Image(random, kind, filter, one, width);
                var sums = machine(weights, one, image);
                for (var x = 0; x < width; x++)
                    Assert.Equal(Plain(filter, one, image, width, c, x), sums[x] + layer.FoldedBias(c, 5, bounds.Padding, filter));
            }
        }
    }

    [Fact]
    public void RefusalsNameTheBound()
    {
        var heavy = new FilterCodes(2, 3, 3, 1, [.. Enumerable.Repeat((sbyte)127, 18)]);
        Assert.Contains("limit 31", ConvRowsStream.Build(heavy, ActivationBounds.Uniform(1, 3)).Refusal, StringComparison.Ordinal);
        var wide = new FilterCodes(2, 3, 3, 1, [.. Enumerable.Repeat((sbyte)31, 18)]);
        Assert.Contains("overflows 12 bits", ConvRowsStream.Build(wide, ActivationBounds.Uniform(1, 127)).Refusal, StringComparison.Ordinal);
        Assert.Contains("limit 7", DualStream.BuildDense(heavy, ActivationBounds.Uniform(1, 3), [0]).Single().Refusal, StringComparison.Ordinal);
        Assert.Contains("limit 7", DenseDual16Stream.Build(heavy, ActivationBounds.Uniform(1, 3)).Refusal, StringComparison.Ordinal);
        Assert.Contains("limit 15", Dual16Stream.Build(heavy, ActivationBounds.Uniform(1, 3)).Refusal, StringComparison.Ordinal);
        Assert.Contains("limit 127", ConvRowsStream.Build(wide, ActivationBounds.Uniform(1, 128)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void SmallerBoundsGiveLongerChunks()
    {
        var random = new Random(15);
        var filter = Filter(random, 2, 3, 60);
        var uniform = ConvRowsStream.Build(filter, ActivationBounds.Uniform(60, 63)).Layer!;
        var dead = ConvRowsStream.Build(filter, new ActivationBounds([.. Enumerable.Range(0, 60).Select(c => c % 2 == 0 ? 63 : 0)], 0)).Layer!;
        Assert.True(dead.Tiles[0].Chunks.Length < uniform.Tiles[0].Chunks.Length);
    }

    private static void CheckRows(PackedLayer layer, FilterCodes filter, ActivationBounds bounds, int bits, Func<int, int, int> image, int width)
    {
        var end = 0;
        for (var pair = 0; pair < filter.Outputs; pair += 2)
        {
            var begin = end;
            var rows = new[] { new long[width + 6], new long[width + 6] };
            for (var c = 0; c < 2; c++)
                rows[c][1] = layer.Left[pair + c];
            for (var block = 0; block < width / 3 + 1; block++)
            {
                end = begin;
                var lanes = StreamMachine.Rows(layer.Words.AsSpan(), ref end, layer.Spacing, bits, step => Block(image, bounds, width, step, block, layer.Spacing));
                for (var c = 0; c < 2; c++)
                    for (var i = 0; i < 5; i++)
                        rows[c][3 * block + i] += lanes[c][i];
            }
            for (var c = 0; c < 2; c++)
                for (var x = 0; x < width; x++)
                    Assert.Equal(Plain(filter, bounds, image, width, pair + c, x), rows[c][x + 1] + layer.FoldedBias(pair + c, 5, bounds.Padding, filter));
        }
        Assert.Equal(layer.Words.Length, end);
    }

    /// <summary>Weights of several characters, from all extremes to mostly small.</summary>
    private static FilterCodes Filter(Random random, int outputs, int kernel, int channels, int greatest = 7)
    {
        var style = random.Next(4);
        var codes = Enumerable.Range(0, outputs * kernel * kernel * channels).Select(_ => (sbyte)(style switch
        {
            0 => random.Next(2) * 2 * greatest - greatest,
            1 => random.Next(greatest + 1),
            2 => -random.Next(greatest + 1),
            _ => random.Next(-greatest, greatest + 1),
        }));
        return new FilterCodes(outputs, kernel, kernel, channels, [.. codes]);
    }

    private static ActivationBounds Bounds(Random random, int channels, int greatest)
    {
        var uniform = random.Next(1, greatest + 1);
        int[] all = [.. Enumerable.Range(0, channels).Select(_ => random.Next(3) == 0 ? random.Next(uniform + 1) : uniform)];
        return new ActivationBounds([.. all], random.Next(3) == 0 ? random.Next(uniform + 1) : 0);
    }

    /// <summary>Channel that an adversarial input aims at.</summary>
    private static int Target(int kind) => (kind - 1) / 2;

    private static int Activation(Random random, int kind, int weight, int bound) =>
        kind == Random ? random.Next(bound + 1) : (kind % 2 == 1 ? weight > 0 : weight < 0) ? bound : 0;

    /// <summary>A strip of three rows: (step = row * channels + channel, column) to u; adversarial at every third column.</summary>
    private static Func<int, int, int> Image(Random random, int kind, FilterCodes filter, ActivationBounds bounds, int width)
    {
        var u = new int[3 * filter.Channels, width];
        for (var step = 0; step < 3 * filter.Channels; step++)
            for (var x = 0; x < width; x++)
            {
                var channel = step % filter.Channels;
                var weight = kind == Random ? 0 : filter[Target(kind), step / filter.Channels, x % 3, channel];
                u[step, x] = Activation(random, kind, weight, bounds.Channels[channel]);
            }
        return (step, x) => u[step, x];
    }

    private static uint Block(Func<int, int, int> image, ActivationBounds bounds, int width, int step, int block, int spacing)
    {
        var word = 0u;
        for (var i = 0; i < 3; i++)
        {
            var x = 3 * block + i;
            word |= (uint)(x < width ? image(step, x) : bounds.Padding) << (spacing * i);
        }
        return spacing == 13 ? word - 0x8000_0000 : word;
    }

    private static long Plain(FilterCodes filter, ActivationBounds bounds, Func<int, int, int> image, int width, int output, int x)
    {
        var sum = 5L;
        for (var step = 0; step < 3 * filter.Channels; step++)
            for (var column = 0; column < 3; column++)
            {
                var at = x + column - 1;
                if (at >= 0 && at < width)
                    sum += (long)filter[output, step / filter.Channels, column, step % filter.Channels] * (image(step, at) - bounds.Padding);
            }
        return sum;
    }
}
