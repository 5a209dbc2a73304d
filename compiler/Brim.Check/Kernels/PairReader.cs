using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>
/// The weights of a chunk, two in the same place of both halves of a word, in 4 to 7 bits (lanes_pairs.h): two pairs in a word's lowest bits, and two more in
/// what one, two, three or seven words leave.
/// </summary>
/// <param name="cursor">The stream.</param>
/// <param name="bits">Bits of a code.</param>
/// <param name="count">Pairs of the chunk, an even number.</param>
internal sealed class PairReader(WordCursor cursor, int bits, int count)
{
    private readonly Queue<int[]> _ready = new();
    private int _left = count;

    /// <summary>The next pair: of the lower half and of the upper.</summary>
    public int[] Next()
    {
        if (_ready.Count == 0)
            Fill();
        return _ready.Dequeue();
    }

    private void Fill()
    {
        var words = bits switch { 4 => 1, 5 => 2, 6 => 3, _ => 7 };
        var hasMore = _left >= (2 * words) + 2;
        var more = new int[2];
        var spare = 16 - (2 * bits);
        for (var i = 0; i < (hasMore ? words : 1); i++)
        {
            var word = cursor.Next();
            for (var half = 0; half < 2; half++)
                more[half] |= (int)(word >> (16 * half) & 0xFFFF) >> (2 * bits) << (spare * i);
            Take((int)word, (int)(word >> 16));
        }
        if (hasMore)
            Take(more[0], more[1]);
        if ((hasMore ? (more[0] | more[1]) >> (2 * bits) : more[0] | more[1]) != 0)
            throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: bits stand beside the codes");
    }

    /// <summary>Two pairs from the lowest bits of two halves.</summary>
    private void Take(int low, int high)
    {
        for (var i = 0; i < 2; i++)
            _ready.Enqueue([Weight(low >> (bits * i)), Weight(high >> (bits * i))]);
        _left -= 2;
    }

    private int Weight(int code) => (code & ((1 << bits) - 1)) - (1 << (bits - 1));
}
