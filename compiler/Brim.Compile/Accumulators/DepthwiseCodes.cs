using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Stored weights of the depthwise lane kernels (lanes_depthwise_codes.h): the codes as they are, one after the other, in as many bits as the longest needs.
/// What the lanes multiply and start at the kernels make of them, with one greatest activation for the starts of all channels.
/// </summary>
public static class DepthwiseCodes
{
    private const int LeastBits = 2;
    private const int WordBits = 32;

    /// <summary>Bits of a stored weight, 2 to 8: as many as the longest code needs in two's complement.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    public static int Bits(FilterCodes filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Codes.Select(w => AccumulatorBounds.SignedBits(w, w)).Append(LeastBits).Max();
    }

    /// <summary>The words.</summary>
    internal static ImmutableArray<uint> Words(FilterCodes filter)
    {
        var bits = Bits(filter);
        var words = new uint[((filter.Codes.Length * bits) + WordBits - 1) / WordBits];
        for (var i = 0; i < filter.Codes.Length * bits; i++)
            words[i / WordBits] |= (uint)(filter.Codes[i / bits] >> (i % bits) & 1) << (i % WordBits);
        return [.. words];
    }

    /// <summary>Why a filter is none of these kernels', or null.</summary>
    internal static string? Objection(FilterCodes filter) => filter is { Height: 3, Width: 3, Channels: 1 }
        ? null
        : $"needs a 3x3 kernel of one channel, not {filter.Height}x{filter.Width}x{filter.Channels}";
}
