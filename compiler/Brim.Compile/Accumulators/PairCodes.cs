using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights in 4 to 7 bits, a pair of them in the same place of both halves of a word: the codes of lanes_pairs.h.</summary>
public static class PairCodes
{
    private const int HalfBits = 16;

    /// <summary>Bits that hold weights of up to <paramref name="limit"/>, or null if they take a byte.</summary>
    public static int? Bits(int limit) => limit switch
    {
        <= 7 => 4,
        <= 15 => 5,
        <= 31 => 6,
        <= 63 => 7,
        _ => null,
    };

    /// <summary>Why there is no stream for weights of up to <paramref name="limit"/>.</summary>
    internal static PackingOutcome TooWide(int limit) =>
        PackingOutcome.Declined($"weights up to {limit} do not fit 7 bits (limit 63), and in bytes the stream would take more flash than in int8");

    /// <summary>Writes the pairs of a chunk.</summary>
    /// <param name="words">The stream.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="pairs">Weights in the lower and in the upper half; an even number of pairs.</param>
    internal static void Write(List<uint> words, int bits, ImmutableArray<(int Low, int High)> pairs)
    {
        // Words that leave enough bits together for two more codes.
        var spare = HalfBits - (2 * bits);
        var wordsOfGroup = ((2 * bits) + spare - 1) / spare;
        var own = 2 * wordsOfGroup;
        for (var begin = 0; begin < pairs.Length; begin += own + 2)
        {
            var first = words.Count;
            for (var i = begin; i < Math.Min(begin + own, pairs.Length); i += 2)
                words.Add(Code(pairs[i]) | Code(pairs[i + 1]) << bits);
            if (begin + own >= pairs.Length)
                break;
            var more = Spread(Code(pairs[begin + own])) | Spread(Code(pairs[begin + own + 1])) << bits;
            for (var i = 0; i < wordsOfGroup; i++)
                words[first + i] |= Halves(more >> (spare * i) & Spread(0x0001_0001u * ((1u << spare) - 1))) << (HalfBits - spare);
        }

        uint Code((int Low, int High) pair) => (uint)(pair.Low + (1 << (bits - 1))) | (uint)(pair.High + (1 << (bits - 1))) << HalfBits;

        // The halves of a word, 32 bits apart and back.
        static ulong Spread(uint word) => (word & 0xFFFF) | (ulong)(word >> HalfBits) << 32;

        static uint Halves(ulong spread) => (uint)(spread & 0xFFFF) | (uint)(spread >> 32) << HalfBits;
    }
}
