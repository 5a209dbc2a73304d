using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Packs a layer into the weight and channel streams of smlad_dot.h.</summary>
internal static class SmladFilter
{
    /// <summary>Bits that the sum of the channel in the upper bytes must fit.</summary>
    public const int UpperSumBits = 24;

    /// <summary>The order in which SXTB16 takes four neighbouring bytes out of a word: bytes 0 and 2, then 1 and 3.</summary>
    private static readonly ImmutableArray<int> GroupOrder = [0, 2, 1, 3];

    /// <summary>Why the layer cannot be packed in pairs, or null.</summary>
    public static string? Objection(WeightedLayer layer)
    {
        for (var c = 1; c < layer.Channels; c += 2)
        {
            if (!WeightedLayer.Fits(layer.Range[c], UpperSumBits))
                return $"channel {c} can reach {layer.Range[c].Min}..{layer.Range[c].Max}, more than {UpperSumBits} bits";
            var a = layer.Weights(c - 1);
            var b = layer.Weights(c);
            for (var k = 0; k < a.Length; k++)
            {
                if (b[k] == -128 && a[k] < 0)
                    return $"weight -128 of channel {c} does not fit beside {a[k]}";
            }
        }
        return null;
    }

    /// <summary>
    /// Order of taps for runs of neighbouring activations: each run in whole groups of four, then what is left of every run, then padding
    /// (-1) up to a multiple of four taps and at least eight.
    /// </summary>
    public static ImmutableArray<int> TapOrder(int runs, int runLength)
    {
        var order = ImmutableArray.CreateBuilder<int>();
        var whole = runLength / 4 * 4;
        for (var r = 0; r < runs; r++)
        {
            for (var k = 0; k < whole; k++)
                order.Add((r * runLength) + (k / 4 * 4) + GroupOrder[k % 4]);
        }
        for (var r = 0; r < runs; r++)
        {
            for (var k = whole; k < runLength; k++)
                order.Add((r * runLength) + k);
        }
        while (order.Count % 4 != 0 || order.Count < 8)
            order.Add(-1);
        return order.ToImmutable();
    }

    /// <summary>The <c>brim_smlad_filter</c> of a layer.</summary>
    public static CStruct Pack(WeightedLayer layer, ImmutableArray<int> order, LoweringContext context) => new("brim_smlad_filter",
    [
        CField.Of("weights", context.Array("weights", CElement.UInt32, WeightStream(layer, order), "weights")),
        CField.Of("channels", context.Array("channels", CElement.Int32, ChannelStream(layer), "requantization")),
        CField.Of("steps", order.Length / 4),
        CField.Of("out_c", layer.Channels),
        CField.Of("out_offset", layer.OutputOffset),
        CField.Of("act_min", layer.OutputRange.Min),
        CField.Of("act_max", layer.OutputRange.Max),
    ]);

    private static ImmutableArray<long> WeightStream(WeightedLayer layer, ImmutableArray<int> order)
    {
        var words = ImmutableArray.CreateBuilder<long>();
        for (var c = 0; c < layer.Channels; c += 2)
        {
            for (var k = 0; k < order.Length; k += 2)
                words.Add(Half(layer, c, order[k]) | ((long)Half(layer, c, order[k + 1]) << 16));
        }
        return words.ToImmutable();
    }

    private static ushort Half(WeightedLayer layer, int channel, int tap)
    {
        if (tap < 0)
            return 0;
        var upper = channel + 1 < layer.Channels ? layer.Weights(channel + 1)[tap] : 0;
        return unchecked((ushort)checked((short)(layer.Weights(channel)[tap] + (256 * upper))));
    }

    private static ImmutableArray<long> ChannelStream(WeightedLayer layer)
    {
        var words = ImmutableArray.CreateBuilder<long>();
        for (var c = 0; c < layer.Channels; c += 2)
        {
            var paired = c + 1 < layer.Channels;
            var (a, b) = (layer.Bias[c], paired ? layer.Bias[c + 1] : 0);
            words.Add(unchecked((int)a));
            words.Add(unchecked((int)(a + (256 * b))));
            words.Add(layer.Factors[c].Multiplier);
            words.Add(paired ? layer.Factors[c + 1].Multiplier : 0);
            words.Add(layer.ShiftLessOne(c) + (256 * (paired ? layer.ShiftLessOne(c + 1) : 0)));
        }
        return words.ToImmutable();
    }
}
