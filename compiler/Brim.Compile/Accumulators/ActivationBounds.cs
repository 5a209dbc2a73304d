using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Greatest activation u (counted from 0) of each input channel, and the u of padding pixels. A channel whose activations never exceed a
/// smaller bound loads its lanes less.
/// </summary>
/// <param name="Channels">Greatest u of each input channel.</param>
/// <param name="Padding">u of the zero point; 0 if the layer does not pad.</param>
public sealed record ActivationBounds(ImmutableArray<int> Channels, int Padding)
{
    /// <summary>The same bound for all channels.</summary>
    public static ActivationBounds Uniform(int channels, int bound, int padding = 0) =>
        new([.. Enumerable.Repeat(bound, channels)], padding);

    /// <summary>Greatest u that a kernel can meet in a channel, padding included.</summary>
    public int this[int channel] => Math.Max(Channels[channel], Padding);

    /// <summary>Greatest of all channels.</summary>
    public int Greatest => Math.Max(Channels.Max(), Padding);
}
