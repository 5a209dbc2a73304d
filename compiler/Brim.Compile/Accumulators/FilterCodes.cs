using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Signed weight codes of a layer, [output][row][column][channel].</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Height">Kernel rows.</param>
/// <param name="Width">Kernel columns.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="Codes">The codes, Outputs * Height * Width * Channels of them.</param>
public sealed record FilterCodes(int Outputs, int Height, int Width, int Channels, ImmutableArray<sbyte> Codes)
{
    /// <summary>Taps of one output channel.</summary>
    public int Taps => Height * Width * Channels;

    /// <summary>One code; 0 for outputs past the last, which fill up a tile.</summary>
    public int this[int output, int row, int column, int channel] =>
        output < Outputs ? Codes[((output * Height + row) * Width + column) * Channels + channel] : 0;

    /// <summary>One code by tap number, [row][column][channel]; 0 outside.</summary>
    public int Tap(int output, int tap) => output < Outputs && tap < Taps ? Codes[output * Taps + tap] : 0;

    /// <summary>Greatest absolute code.</summary>
    public int Limit => Codes.IsEmpty ? 0 : Codes.Max(w => Math.Abs((int)w));

    /// <summary>Flash that the weights take in int8, in whole words as streams are arrays of words: up to three bytes more than there are weights.</summary>
    public int Int8Bytes => (Codes.Length + 3) / 4 * 4;

    /// <summary>Sum of a channel's codes.</summary>
    public long Sum(int output) => Enumerable.Range(0, Taps).Sum(k => (long)Tap(output, k));

    /// <summary>Sum of a channel's absolute codes.</summary>
    public long Norm(int output) => Enumerable.Range(0, Taps).Sum(k => (long)Math.Abs(Tap(output, k)));
}
