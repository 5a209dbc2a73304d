using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>
/// A layer as lane kernels see it (lanes_common.h): weights as filter codes, activations as u = code - <see cref="LowestCode"/>, counted from 0,
/// and the tables of channel constants and output codes.
/// </summary>
internal sealed class LaneLayer
{
    /// <summary>Largest left shift of sums; scales of 2^5 and more do not occur in networks.</summary>
    private const int MaxLeft = 5;

    /// <summary>Largest right shift of which half a unit and the output's zero point fit 31 bits beside the product.</summary>
    private const int MaxRight = 22;

    private LaneLayer(WeightedLayer layer, FilterCodes filter, ActivationBounds bounds, int lowestCode)
    {
        Layer = layer;
        Filter = filter;
        Bounds = bounds;
        LowestCode = lowestCode;
    }

    /// <summary>Bias over plain codes, rescaling, ranges.</summary>
    public WeightedLayer Layer { get; }

    /// <summary>Weights; a depthwise layer's as a filter of one input channel.</summary>
    public FilterCodes Filter { get; }

    /// <summary>Greatest u of every input channel, and the u of padding.</summary>
    public ActivationBounds Bounds { get; }

    /// <summary>The code, zero point included where padding reads it, that counts as u = 0.</summary>
    public int LowestCode { get; }

    /// <summary>What kernels add to a stored byte, modulo 256, to get u.</summary>
    public int InputOffset => -LowestCode & 0xFF;

    /// <summary>Most bits that a lane may need, by the accumulator that is asked for.</summary>
    public int LaneLimit { get; private init; } = 64;

    private bool TwoRoundings => Layer.Scheme == Requantization.TfLiteDouble;

    private int Left => TwoRoundings ? 0 : Math.Max(0, Layer.Factors.Where(f => f.Multiplier != 0).Select(f => f.Shift + 2).DefaultIfEmpty(0).Max());

    /// <summary>The layer of a convolution, depthwise convolution or dense node, or null with the reason why lane kernels cannot take it.</summary>
    public static LaneLayer? From(NodeView node, out string? reason)
    {
        if (WeightedLayer.From(node, out reason, unsignedCodes: true, leftShift: MaxLeft - 1) is not { } layer)
            return null;
        var x = node.InputType(0);
        var window = node.Node.Op switch
        {
            Conv2D op => op.Window,
            DepthwiseConv2D op => op.Window,
            _ => null,
        };
        var codes = CodeBounds.Of(node.Graph, node.Node.Inputs[0]);
        var zeroPoint = x.Quant!.ZeroPoint;
        var isPadded = window is { IsUnpadded: false };
        var lowest = isPadded ? Math.Min(codes.Min, zeroPoint) : codes.Min;
        var padding = isPadded ? zeroPoint - lowest : 0;
        if (Math.Max(padding, codes.Max - lowest) > byte.MaxValue)
        {
            reason = $"the zero point {zeroPoint} lies too far from the codes {codes.Min}..{codes.Max}";
            return null;
        }
        var filter = Codes(node, layer);
        var bounds = ActivationBounds.Uniform(node.Node.Op is DepthwiseConv2D ? filter.Outputs : filter.Channels, codes.Max - lowest, padding);
        var made = new LaneLayer(layer, filter, bounds, lowest) { LaneLimit = node.Accumulators.Bits ?? 64 };
        reason = made.ShiftObjection();
        return reason is null ? made : null;
    }

    /// <summary>The <c>brim_lanes_channel</c> of every channel.</summary>
    public ImmutableArray<long> Channels(PackedLayer packed)
    {
        var left = Left;
        var words = ImmutableArray.CreateBuilder<long>(4 * Filter.Outputs);
        for (var c = 0; c < Filter.Outputs; c++)
        {
            var bias = packed.FoldedBias(c, Layer.Bias[c], -LowestCode, Filter);
            words.Add(unchecked((int)(bias << (TwoRoundings ? 1 : left))));
            words.Add(Layer.Factors[c].Multiplier);
            words.Add((1L << (Right(c) - 1)) + ((long)Layer.OutputZeroPoint << Right(c)));
            words.Add(Right(c));
        }
        return words.MoveToImmutable();
    }

    /// <summary>The <c>brim_lanes_output</c>.</summary>
    public CStruct Output() => new("brim_lanes_output",
    [
        CField.Of("two_roundings", TwoRoundings ? 1 : 0),
        CField.Of("negative_clamped", Layer.OutputRange.Min >= Layer.OutputZeroPoint ? 1 : 0),
        CField.Of("left", Left),
        CField.Of("low", Layer.OutputRange.Min),
        CField.Of("high", Layer.OutputRange.Max),
    ]);

    /// <summary>
    /// What rescaling takes beyond its shortest form, which has one rounding, no left shift and limits that one saturating instruction has: the kernels
    /// are specialised to a layer, so that each step is there or not.
    /// </summary>
    /// <param name="codes">Codes stored.</param>
    public IEnumerable<(string Level, long Count)> RescalingWork(long codes)
    {
        if (TwoRoundings)
            yield return ("store_two_roundings", codes);
        if (TwoRoundings && Layer.OutputRange.Min < Layer.OutputZeroPoint)
            yield return ("store_sign", codes);
        if (Left > 0)
            yield return ("store_left", codes);
        var (min, max) = (Layer.OutputRange.Min, Layer.OutputRange.Max);
        if (!(min == 0 && int.IsPow2(max + 1)) && !(min == sbyte.MinValue && max == sbyte.MaxValue))
            yield return ("store_clamp", codes);
    }

    /// <summary>
    /// Channels whose sums in lanes of 16 bits a kernel cannot rescale by two multiplications in words of 32 bits (lanes_dual16_plane.h): the high word of
    /// the product, with what is added to it, leaves 16 bits, or negative sums are rounded otherwise.
    /// </summary>
    /// <param name="packed">The layer's lanes, a tile a channel.</param>
    public int WideRescalings(PackedLayer packed)
    {
        var factorShift = TwoRoundings ? 1 : Left;
        if (factorShift > 1 || (TwoRoundings && Layer.OutputRange.Min < Layer.OutputZeroPoint))
            return Filter.Outputs;
        var channels = Channels(packed);
        return Enumerable.Range(0, Filter.Outputs).Count(IsWide);

        bool IsWide(int c)
        {
            var (bias, multiplier, rounding, right) = (channels[4 * c], channels[(4 * c) + 1], channels[(4 * c) + 2], (int)channels[(4 * c) + 3]);
            if (right > 15)
                return true;
            var constant = (bias * multiplier) + (TwoRoundings ? 1L << 31 : 0);
            var low = (constant >> 32) + rounding - ((long)Layer.OutputRange.Min << right);
            var high = low + ((packed.Tiles[c].Chunks[0].Lanes[0].Width * (multiplier << factorShift >> 16)) >> 16) + 2;
            return low < short.MinValue || high > short.MaxValue;
        }
    }

    private int Right(int channel)
    {
        var factor = Layer.Factors[channel];
        return factor.Multiplier == 0 ? 1 : Left - factor.Shift - (TwoRoundings ? 0 : 1);
    }

    private string? ShiftObjection()
    {
        for (var c = 0; c < Filter.Outputs; c++)
        {
            if (Right(c) > MaxRight)
                return $"channel {c} is rescaled by {Layer.Factors[c].Value}, too little beside a channel with a left shift of {Left}";
            // The sum of starts and products may wrap, the accumulator it stands for must not.
            var (min, max) = Layer.Range[c];
            if (!WeightedLayer.Fits((min << Left, max << Left), 31))
                return $"channel {c} can reach {min}..{max}, which shifted left by {Left} does not fit 31 bits";
        }
        return null;
    }

    private static FilterCodes Codes(NodeView node, WeightedLayer layer)
    {
        var w = node.InputType(1).Shape;
        var codes = Enumerable.Range(0, layer.Channels).SelectMany(c => layer.Weights(c).ToArray()).Select(v => checked((sbyte)v)).ToImmutableArray();
        return node.Node.Op switch
        {
            Conv2D => new FilterCodes(w[0], w[1], w[2], w[3], codes),
            DepthwiseConv2D => new FilterCodes(w[3], w[1], w[2], 1, codes),
            _ => new FilterCodes(w[0], 1, 1, w[1], codes),
        };
    }
}
