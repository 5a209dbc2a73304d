using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

/// <summary>
/// Executes packed streams with the arithmetic of the instructions (SMLAL, SMLAD, MULS), written from the kernels' headers and
/// independent of the code that packs.
/// </summary>
internal static class StreamMachine
{
    /// <summary>One tile of the row convolution at one block of three pixels: lanes 0..4 of both channels.</summary>
    public static long[][] Rows(ReadOnlySpan<uint> tile, int spacing, bool compact, Func<int, uint> pixels)
    {
        var lane = (1ul << spacing) - 1;
        ulong[] all = [0, 0], even = [0, 0], top = [0, 0];
        var at = 0;
        var step = 0;
        var chunks = 0;
        for (var header = tile[at++]; (header & 0x7FFF_FFFF) != 0; header = tile[at++])
        {
            Assert.Equal(chunks == 1, (header & 0x8000_0000) != 0);
            Assert.InRange(header & 0x7FFF_FFFF, 1u, 64u);
            ulong[] acc = [tile[at] | (ulong)tile[at + 1] << 32, tile[at + 2] | (ulong)tile[at + 3] << 32];
            at += 4;
            for (var n = header & 0x7FFF_FFFF; n != 0; n--, step++)
                for (var c = 0; c < 2; c++)
                {
                    var weight = compact ? Expanded(tile[at], c, spacing) : tile[at + c];
                    acc[c] += (ulong)((long)(int)weight * (int)pixels(step));
                    at += c == 0 ? 0 : compact ? 1 : 2;
                }
            for (var c = 0; c < 2; c++)
            {
                all[c] += acc[c];
                even[c] += acc[c] & (lane | lane << (2 * spacing));
                top[c] += acc[c] >> (4 * spacing);
            }
            chunks++;
        }
        Assert.Equal(chunks == 1, (tile[at - 1] & 0x8000_0000) != 0);
        Assert.Equal(tile.Length, at);
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
    }

    private static uint Expanded(uint codes, int channel, int spacing)
    {
        var word = 0;
        for (var field = 0; field < 3; field++)
        {
            var offset = channel == 0 ? spacing * field : spacing == 13 && field == 2 ? 8 : (spacing * field) + 4;
            word += ((int)(codes >> offset & 0xF) - 8) << (spacing * field);
        }
        return (uint)word;
    }

    /// <summary>One tile of smlad-pixels at two pixels: [channel][pixel] sums.</summary>
    public static long[][] Pixels(ReadOnlySpan<uint> tile, Func<int, uint> pixels)
    {
        long[][] sums = [new long[2], new long[2], new long[2], new long[2]];
        var acc = new uint[4];
        var (at, step, moved, highMoved) = (0, 0, false, false);
        var header = tile[at++];
        for (var c = 0; c < 4; c++)
            acc[c] = tile[at++];
        while (true)
        {
            Assert.InRange(header & 0xFF, 1u, 48u);
            for (var n = header & 0xFF; n != 0; n--, step++, at += 2)
                for (var c = 0; c < 4; c++)
                {
                    var word = tile[at + (c / 2)] >> (8 * (c % 2));
                    acc[c] = Smlad((ushort)(sbyte)word + ((uint)(sbyte)(word >> 16) << 16), pixels(step), acc[c]);
                }
            header = tile[at++];
            var ends = (header & 0x8000_00FF) == 0;
            if (!ends && (header & 0x8000_0000) == 0)
                continue;
            Assert.Equal(!moved, (header & 0x4000_0000) != 0);
            moved = true;
            var empties = ends || (header & 0x2000_0000) != 0;
            Assert.Equal(empties && !highMoved, (header & 0x1000_0000) != 0);
            highMoved |= empties;
            for (var c = 0; c < 4; c++)
            {
                sums[c][0] += acc[c] & 0xFFF;
                sums[c][1] += empties ? acc[c] >> 12 : 0;
            }
            if (ends)
                break;
            for (var c = 0; c < 4; c++)
                acc[c] = (empties ? 0 : acc[c] & ~0xFFFu) | tile[at++];
        }
        Assert.Equal(tile.Length, at);
        return sums;
    }

    /// <summary>One tile of smlal-quad at two pixels: [channel][pixel] sums.</summary>
    public static long[][] Quad(ReadOnlySpan<uint> tile, int spacing, Func<int, uint> pixels)
    {
        long[][] sums = [new long[2], new long[2], new long[2], new long[2]];
        var lane = (1ul << spacing) - 1;
        var (at, step, chunks) = (0, 0, 0);
        for (var header = tile[at++]; (header & 0x7FFF_FFFF) != 0; header = tile[at++], chunks++)
        {
            Assert.Equal(chunks == 1, (header & 0x8000_0000) != 0);
            Assert.InRange(header & 0x7FFF_FFFF, 1u, 64u);
            ulong[] acc = [tile[at] | (ulong)tile[at + 1] << 32, tile[at + 2] | (ulong)tile[at + 3] << 32];
            at += 4;
            for (var n = header & 0x7FFF_FFFF; n != 0; n--, step++, at++)
                for (var i = 0; i < 2; i++)
                {
                    var word = tile[at] >> (16 * i);
                    acc[i] += (ulong)((sbyte)word + ((long)(sbyte)(word >> 8) << spacing)) * (ulong)(long)(int)pixels(step);
                }
            for (var c = 0; c < 4; c++)
                for (var pixel = 0; pixel < 2; pixel++)
                {
                    var offset = ((2 * pixel) + (c % 2)) * spacing;
                    sums[c][pixel] += (long)(acc[c / 2] >> offset & (offset == 3 * spacing ? ulong.MaxValue : lane));
                }
        }
        Assert.Equal(tile.Length, at);
        return sums;
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

    /// <summary>What brim_lanes_depthwise3x3_rows makes of a channel's stored weights: for each part the words of its rows and the start of its lanes.</summary>
    public static (uint[] Rows, ulong Start)[] DepthwiseLanes(PackedLayer layer, int channel, int codeBits, int greatest)
    {
        var stored = layer.Words.Select((word, i) => (System.Numerics.BigInteger)word << (32 * i)).Aggregate((a, b) => a + b);
        var parts = new (uint[] Rows, ulong Start)[layer.SplitBits == 0 ? 1 : 2];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part].Rows = new uint[3];
            for (var tap = 0; tap < 9; tap++)
            {
                var weight = (int)((stored >> (codeBits * (9 * channel + tap))) & ((1 << codeBits) - 1));
                weight -= weight >> (codeBits - 1) << codeBits;
                if (parts.Length > 1)
                {
                    var unit = 1 << layer.SplitBits;
                    var low = ((weight + (unit / 2)) & (unit - 1)) - (unit / 2);
                    weight = part == 0 ? low : (weight - low) / unit;
                }
                var (row, column) = (tap / 3, tap % 3);
                parts[part].Rows[row] += (uint)weight << (layer.Spacing * (2 - column));
                // What the tap's product with each pixel of a block may take away.
                for (var pixel = 0; pixel < 3; pixel++)
                    parts[part].Start += (ulong)((long)greatest * Math.Max(0, -weight)) << (layer.Spacing * (2 - column + pixel));
                if (layer.Spacing == 13)
                    parts[part].Start += (ulong)((long)weight << (layer.Spacing * (2 - column))) << 31;
            }
        }
        return parts;
    }

    /// <summary>One channel of a depthwise layer at two pixels, whose lanes start at what the greatest activation can take away.</summary>
    public static long[] DepthwiseDual16(ReadOnlySpan<uint> words, int codeBits, int channel, int greatest, Func<int, uint> pixels)
    {
        var weights = new int[9];
        for (var tap = 0; tap < 9; tap++)
        {
            var at = codeBits == 8 ? (9 * channel) + tap : (5 * channel) + (tap / 2);
            var value = (int)(words[at / 4] >> (8 * (at % 4)) & 0xFF);
            weights[tap] = codeBits == 8 ? (sbyte)value : (value >> (4 * (tap % 2)) & 0xF) - 8;
        }
        var acc = (uint)weights.Where(w => w < 0).Sum(w => -w * greatest) * 0x1_0001u;
        for (var tap = 0; tap < 9; tap++)
            acc += (uint)weights[tap] * pixels(tap);
        return [acc & 0xFFFF, acc >> 16];
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
