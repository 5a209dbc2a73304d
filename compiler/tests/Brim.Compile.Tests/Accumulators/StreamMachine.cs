using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

/// <summary>
/// Executes packed streams with the arithmetic of the instructions (SMLAL, SMLAD, MULS), written from the kernels' headers and
/// independent of the code that packs.
/// </summary>
internal static class StreamMachine
{
    /// <summary>
    /// One tile of the row convolution at one block of three pixels: lanes 0..4 of both channels. The tile begins at <paramref name="at"/>, which is moved to the next.
    /// </summary>
    public static long[][] Rows(ReadOnlySpan<uint> words, ref int at, int spacing, int bits, Func<int, uint> pixels)
    {
        var lane = (1ul << spacing) - 1;
        ulong[] all = [0, 0], even = [0, 0], top = [0, 0];
        var step = 0;
        for (var isLast = false; !isLast;)
        {
            var (first, second, third) = (words[at], words[at + 1], words[at + 2]);
            isLast = (second & 0x8000_0000) != 0;
            at += 3;
            ulong[] acc = [Start(first, first >> 13, third), Start(second, second >> 13, third >> 13)];
            var sixths = 0u;
            var sums = new uint[2];
            for (var n = 0; n <= first >> 26; n++, step++)
            {
                if (bits == 6 && n % 8 == 0)
                    sixths = words[at++];
                var (word, sixth) = (words[at++], sixths >> (4 * (int)(n % 8)));
                for (var c = 0; c < 2; c++)
                {
                    var weight = (uint)Enumerable.Range(0, 3).Sum(i => Weight(word, sixth, (3 * c) + i) * (1L << (spacing * i)));
                    acc[c] += (ulong)((long)(int)weight * (int)pixels(step));
                    sums[c] += weight;
                }
            }
            for (var c = 0; c < 2; c++)
            {
                // Where pixel words are stored less 2^31 the start makes up for it: the sum of 32 bits, and the bit above.
                acc[c] += spacing == 13 ? ((ulong)sums[c] << 31) + ((ulong)(third >> (26 + c)) << 63) : 0;
                all[c] += acc[c];
                even[c] += acc[c] & (lane | lane << (2 * spacing));
                top[c] += acc[c] >> (4 * spacing);
            }
        }
        return [.. Enumerable.Range(0, 2).Select(c =>
        {
            var odd = all[c] - even[c];
            var two = (1ul << (2 * spacing)) - 1;
            return new[]
            {
                (long)(even[c] & two), (long)(odd >> spacing & two), (long)(even[c] >> (2 * spacing)),
                (long)(((odd >> (3 * spacing)) - (top[c] << spacing)) & (ulong.MaxValue >> (3 * spacing))), (long)top[c],
            };
        })];

        ulong Start(uint tap2, uint tap1, uint tap0)
        {
            ulong[] taps = [tap2 & 0x1FFF, tap1 & 0x1FFF, tap0 & 0x1FFF];
            return taps[0] + ((taps[0] + taps[1]) << spacing) + ((taps[0] + taps[1] + taps[2]) << (2 * spacing)) + ((taps[1] + taps[2]) << (3 * spacing)) + (taps[2] << (4 * spacing));
        }

        int Weight(uint word, uint sixth, int index) => bits switch
        {
            4 => (int)(word >> (index == 5 && spacing == 13 ? 8 : (spacing * (index % 3)) + (4 * (index / 3))) & 0xF) - 8,
            _ => (int)((bits == 6 && index == 5 ? (sixth & 0xF) | (word >> 30 << 4) : word >> (bits * index)) << (32 - bits)) >> (32 - bits),
        };
    }

    /// <summary>One tile of smlad-pixels at two pixels: [channel][pixel] sums. The tile begins at <paramref name="at"/>, which is moved to the next.</summary>
    public static long[][] Pixels(ReadOnlySpan<uint> words, ref int at, int bits, Func<int, uint> pixels)
    {
        long[][] sums = [new long[2], new long[2], new long[2], new long[2]];
        var acc = new uint[4];
        var step = 0;
        for (var isLast = false; !isLast;)
        {
            var header = words[at++];
            isLast = (header & 0x8000) != 0;
            var empties = (header & 0x4000) != 0;
            Assert.True(empties || step > 0);
            var lows = (ulong)words[at] | (ulong)(header >> 16) << 32;
            for (var c = 0; c < 4; c++)
            {
                sums[c][1] += empties ? acc[c] >> 12 : 0;
                acc[c] = empties ? words[at + c] : (acc[c] & ~0xFFFu) | (uint)(lows >> (12 * c)) & 0xFFF;
            }
            at += empties ? 4 : 1;
            var steps = (int)(header & 0x3FFF);
            var pairs = Pairs(words, ref at, bits, 4 * steps);
            for (var n = 0; n < 4 * steps; n++)
                acc[n % 4] = Smlad((ushort)pairs[n].Low + ((uint)pairs[n].High << 16), pixels(step + (n / 4)), acc[n % 4]);
            step += steps;
            for (var c = 0; c < 4; c++)
                sums[c][0] += acc[c] & 0xFFF;
        }
        for (var c = 0; c < 4; c++)
            sums[c][1] += acc[c] >> 12;
        return sums;
    }

    /// <summary>One tile of smlal-quad at two pixels: [channel][pixel] sums. The tile begins at <paramref name="at"/>, which is moved to the next.</summary>
    public static long[][] Quad(ReadOnlySpan<uint> words, ref int at, int spacing, int bits, Func<int, uint> pixels)
    {
        long[][] sums = [new long[2], new long[2], new long[2], new long[2]];
        var lane = (1ul << spacing) - 1;
        var step = 0;
        for (var isLast = false; !isLast;)
        {
            var (first, second) = (words[at], words[at + 1]);
            at += 2;
            Assert.Equal(0u, second & 0x4000_0000);
            isLast = (second & 0x8000_0000) != 0;
            var steps = (int)(first >> 28) + (16 * (int)(second >> 28 & 3)) + 1;
            ulong[] acc = [.. new[] { first, second }.Select(s => ((s & 0x3FFF) + ((ulong)(s >> 14 & 0x3FFF) << spacing)) * (1 + (1ul << (2 * spacing))))];
            var pairs = Pairs(words, ref at, bits, 2 * steps);
            for (var n = 0; n < 2 * steps; n++)
            {
                // Pixel words are stored less 2^31, which the kernel makes up for.
                var word = (ulong)(pairs[n].Low + ((long)pairs[n].High << spacing));
                acc[n % 2] += (word * (ulong)(long)(int)pixels(step + (n / 2))) + (word << 31);
            }
            step += steps;
            for (var c = 0; c < 4; c++)
                for (var pixel = 0; pixel < 2; pixel++)
                {
                    var offset = ((2 * pixel) + (c % 2)) * spacing;
                    sums[c][pixel] += (long)(acc[c / 2] >> offset & (offset == 3 * spacing ? ulong.MaxValue : lane));
                }
        }
        return sums;
    }

    /// <summary>Pairs of weights in 4 to 7 bits: two in the lowest bits of a word's halves, two in what groups of words leave free above them.</summary>
    private static (int Low, int High)[] Pairs(ReadOnlySpan<uint> words, ref int at, int bits, int count)
    {
        var pairs = new List<(int Low, int High)>();
        var group = bits switch { 4 => 1, 5 => 2, 6 => 3, _ => 7 };
        while (pairs.Count < count)
        {
            var hasMore = count - pairs.Count >= (2 * group) + 2;
            var more = new uint[2];
            for (var i = 0; i < group && pairs.Count < count; i++)
            {
                var word = words[at++];
                for (var n = 0; n < 2; n++)
                    pairs.Add((Weight(word, bits * n), Weight(word, 16 + (bits * n))));
                for (var half = 0; half < 2; half++)
                    more[half] |= (word >> (16 * half) & 0xFFFF) >> (2 * bits) << ((16 - (2 * bits)) * i);
            }
            Assert.True(hasMore ? more.All(m => m >> (2 * bits) == 0) : more.All(m => m == 0));
            for (var n = 0; n < 2 && hasMore; n++)
                pairs.Add((Weight(more[0], bits * n), Weight(more[1], bits * n)));
        }
        Assert.Equal(count, pairs.Count);
        return [.. pairs];

        int Weight(uint word, int offset) => (int)(word >> offset & ((1u << bits) - 1)) - (1 << (bits - 1));
    }

    /// <summary>One tile of rows of two channels at one pixel: sums of all channels, and the words that its tail takes expanded.</summary>
    public static (long[] Sums, int TailWords) Dual(ReadOnlySpan<uint> tile, int rows, int segment, Func<int, uint> pixels)
    {
        var sums = new long[2 * rows];
        var acc = new uint[rows];
        var (hasHead, tail) = ((tile[0] & 0x8000_0000) != 0, (int)(tile[0] & 0x00FF_FFFF));
        var (ending, headEnd) = (tile[0] & 0x5000_0000, hasHead ? 2 + (int)tile[1] : 1);
        Assert.Equal(tile.Length, headEnd + tail);
        var at = hasHead ? 2 : 1;
        Assert.True(tail > 0);
        var tailWords = 1;
        var header = tile[at++];
        for (var r = 0; r < rows; r++)
            acc[r] = tile[at++];
        tailWords += hasHead ? 0 : 1 + rows;
        var (moved, highMoved) = (false, false);
        for (var step = 0; ;)
        {
            var inTail = at >= headEnd;
            Assert.InRange(header & 0xFF, 1u, (uint)segment);
            for (var n = header & 0xFF; n != 0; n--, step++)
                for (var r = 0; r < rows; r++)
                {
                    var codes = inTail ? uint.RotateRight(tile[at + (r / 2)], 8 * (r % 2)) : 0;
                    var word = inTail ? Half(codes) | Half(codes >> 16) << 16 : tile[at + r];
                    acc[r] = Smlad(word, pixels(step), acc[r]);
                    at += r < rows - 1 ? 0 : inTail ? rows / 2 : rows;
                    tailWords += inTail ? 1 : 0;
                }
            header = at == tile.Length ? ending : tile[at++];
            if ((header & 0x0800_0000) != 0)
            {
                Assert.Equal(headEnd, at);
                header = tile[at++];
            }
            inTail = at > headEnd;
            tailWords += inTail && at < tile.Length ? 1 : 0;
            var ends = (header & 0x8000_00FF) == 0;
            if (!ends && (header & 0x8000_0000) == 0)
                continue;
            Assert.Equal(!moved, (header & 0x4000_0000) != 0);
            moved = true;
            for (var r = 0; r < rows; r++)
                sums[2 * r] += acc[r] & 0xFFF;
            var empties = ends || (header & 0x2000_0000) != 0;
            Assert.Equal(empties && !highMoved, (header & 0x1000_0000) != 0);
            for (var r = 0; r < rows && empties; r++)
            {
                sums[2 * r + 1] += acc[r] >> 12;
                acc[r] = 0;
            }
            highMoved |= empties;
            if (ends)
                break;
            tailWords += !inTail ? 0 : empties ? rows : rows / 2;
            for (var r = 0; r < rows; r++)
                acc[r] = empties ? tile[at++] : (acc[r] & ~0xFFFu) | (r % 2 == 0 ? tile[at] & 0xFFFF : tile[at++] >> 16);
        }
        Assert.Equal(tile.Length, at);
        Assert.Equal(ending, header);
        return (sums, tailWords);

        static uint Half(uint codes) => ((codes & 0xF) - 8 + (codes & 0xF000)) & 0xFFFF;
    }

    /// <summary>The words of a tile of rows of two channels.</summary>
    public static ReadOnlySpan<uint> DualTile(PackedLayer layer, int index)
    {
        var words = layer.Words.AsSpan();
        while (true)
        {
            var length = 1 + ((words[0] & 0x8000_0000) != 0 ? 1 + (int)words[1] : 0) + (int)(words[0] & 0x00FF_FFFF);
            if (index-- == 0)
                return words[..length];
            words = words[length..];
        }
    }

    /// <summary>One tile of three channels at one pixel: lanes 0..2 of each.</summary>
    public static long[][] Triple(ReadOnlySpan<uint> tile, Func<int, uint> pixels)
    {
        long[][] sums = [new long[3], new long[3], new long[3]];
        var at = 0;
        var step = 0;
        var first = true;
        for (var header = tile[at++]; ;)
        {
            uint[] acc = [tile[at], tile[at + 1], tile[at + 2]];
            at += 3;
            do
            {
                var steps = (int)(header & 0x3FFF_FFFF);
                Assert.InRange(steps, 1, 16);
                for (var i = 0; i < 3 * steps; i++)
                {
                    var word = ((tile[at + i / 2] >> (5 * (i % 2))) & 0x00F03C0F) - 0x00802008;
                    acc[i % 3] += word * pixels(step + i / 3);
                }
                at += (3 * steps + 1) / 2;
                step += steps;
                header = tile[at++];
            }
            while ((header & 0x8000_0000) == 0);
            Assert.Equal(first, (header & 0x4000_0000) != 0);
            first = false;
            for (var c = 0; c < 3; c++)
            {
                sums[c][0] += acc[c] & 0x3FF;
                sums[c][1] += acc[c] >> 10 & 0x3FF;
                sums[c][2] += acc[c] >> 20;
            }
            if ((header & 0x3FFF_FFFF) == 0)
                break;
        }
        Assert.Equal(tile.Length, at);
        return sums;
    }

    /// <summary>One tile of eight channels in lanes of 16 bits at one pixel: sums of all channels.</summary>
    public static long[] Dual16(ReadOnlySpan<uint> tile, int codeBits, Func<int, uint> pixels)
    {
        var sums = new long[8];
        var step = 0;
        for (var at = 0; at < tile.Length;)
        {
            var steps = (int)tile[at];
            var acc = tile.Slice(at + 1, 4).ToArray();
            at += 5;
            var fields = 16 / codeBits;
            for (var i = 0; i < 4 * steps; i++)
            {
                var codes = tile[at + i / fields] >> (codeBits * (i % fields));
                var mask = codeBits == 4 ? 0x000F_000Fu : 0x001F_001Fu;
                acc[i % 4] += ((codes & mask) - (codeBits == 4 ? 0x0008_0008u : 0x0010_0010u)) * pixels(step + i / 4);
            }
            at += (4 * steps + fields - 1) / fields;
            step += steps;
            for (var i = 0; i < 8; i++)
                sums[i] += acc[i / 2] >> (16 * (i % 2)) & 0xFFFF;
        }
        return sums;
    }

    /// <summary>One tile of eight channels, codes w + 7 in a word a tap: sums of all channels, the codes' excess taken back.</summary>
    public static long[] DenseDual16(ReadOnlySpan<uint> tile, ReadOnlySpan<int> u)
    {
        var sums = new long[8];
        for (int at = 0, tap = 0; at < tile.Length;)
        {
            var acc = new uint[4];
            for (var taps = 2 * (int)tile[at++]; taps > 0; taps--, tap++, at++)
                for (var i = 0; i < 4; i++)
                    acc[i] += (tile[at] >> (4 * i) & 0x000F_000F) * (tap < u.Length ? (uint)u[tap] : 0);
            for (var i = 0; i < 8; i++)
                sums[i] += acc[i / 2] >> (16 * (i % 2)) & 0xFFFF;
        }
        var all = 0L;
        foreach (var value in u)
            all += value;
        return [.. sums.Select(s => s - 7 * all)];
    }

    /// <summary>Weights of a channel, as the depthwise kernels store them.</summary>
    public static int[] DepthwiseWeights(PackedLayer layer, int channel, int codeBits)
    {
        var stored = layer.Words.Select((word, i) => (System.Numerics.BigInteger)word << (32 * i)).Aggregate((a, b) => a + b);
        var weights = new int[9];
        for (var tap = 0; tap < 9; tap++)
        {
            var code = (int)((stored >> (codeBits * (9 * channel + tap))) & ((1 << codeBits) - 1));
            weights[tap] = code - (code >> (codeBits - 1) << codeBits);
        }
        return weights;
    }

    /// <summary>What brim_lanes_depthwise3x3_rows makes of a channel's weights: the words of its rows and the start of its lanes.</summary>
    public static (uint[] Rows, ulong Start) DepthwiseLanes(int[] weights, int spacing, int greatest)
    {
        var (rows, start) = (new uint[3], 0ul);
        for (var tap = 0; tap < 9; tap++)
        {
            var place = spacing * (2 - tap % 3);
            rows[tap / 3] += (uint)weights[tap] << place;
            // What the tap's product with each pixel of a block may take away.
            for (var pixel = 0; pixel < 3; pixel++)
                start += (ulong)((long)greatest * Math.Max(0, -weights[tap])) << (place + spacing * pixel);
            if (spacing == 13)
                start += (ulong)((long)weights[tap] << place) << 31;
        }
        return (rows, start);
    }

    /// <summary>What brim_lanes_depthwise3x3_pixels makes of a channel's rows of pairs, <paramref name="pairs"/> each, one of padding above and below: pairs of sums.</summary>
    public static uint[] DepthwisePixels(int[] weights, int greatest, int pairs, ReadOnlySpan<uint> words)
    {
        var start = (uint)(greatest * weights.Sum(w => Math.Max(0, -w))) * 0x10001u;
        var (sums, carry) = (new uint[words.Length - (2 * pairs)], 0u);
        for (var i = 0; i < sums.Length; i++)
        {
            var acc = (ulong)(start + carry);
            for (var row = 0; row < 3; row++)
            {
                var pixels = words[i + (row * pairs)];
                acc += (ulong)((long)(weights[3 * row + 2] + (weights[3 * row + 1] << 16)) * (int)pixels);
                acc += (ulong)((uint)weights[3 * row] * pixels) << 32;
            }
            sums[i] = (uint)acc;
            carry = (uint)(acc >> 32);
        }
        return sums;
    }

    /// <summary>The words of tile number <paramref name="index"/>; every tile begins with its length.</summary>
    public static ReadOnlySpan<uint> Tile(PackedLayer layer, int index)
    {
        var at = 0;
        for (; index > 0; index--)
            at += (int)layer.Words[at] + 1;
        return layer.Words.AsSpan(at + 1, (int)layer.Words[at]);
    }

    private static uint Smlad(uint a, uint b, uint acc) =>
        acc + (uint)((short)a * (short)b) + (uint)((short)(a >> 16) * (short)(b >> 16));
}
