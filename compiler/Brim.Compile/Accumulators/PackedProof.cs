namespace Brim.Compile.Accumulators;

/// <summary>The lanes of one call of a lane kernel. The kernel's function says how the stream is laid out.</summary>
/// <param name="Filter">The layer's weights, in the order of the stream's output channels and taps.</param>
/// <param name="Bounds">Greatest activation of each input channel, from the codes the input can have.</param>
/// <param name="Layer">Stream and, per tile and chunk, the exact range and start of each lane.</param>
/// <param name="StreamArray">Name of the constant array with the weight stream.</param>
/// <param name="ChannelArray">Name of the constant array with the channel table (bias, multiplier, rounding, shift).</param>
/// <param name="WidestLane">Fewest bits that hold the proven range of every lane: what <c>--accumulator</c> limits.</param>
public sealed record PackedProof(
    FilterCodes Filter,
    ActivationBounds Bounds,
    PackedLayer Layer,
    string StreamArray,
    string ChannelArray,
    int WidestLane);
