using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>What the compiler proved of the sums that a kernel call keeps, and where the emitted library holds what the proof is about.</summary>
/// <param name="Packing">Name of the packing in <see cref="PackingCatalog"/>.</param>
/// <param name="Range">
/// Least and greatest value of each output channel's whole sum, over codes with the zero point folded into the bias: what a 32-bit
/// accumulator of the call holds at the end, bias included.
/// </param>
public sealed record AccumulatorProof(string Packing, ImmutableArray<(long Min, long Max)> Range)
{
    /// <summary>Its lanes, for calls of a lane kernel; null for kernels with one sum in a word.</summary>
    public PackedProof? Packed { get; init; }
}
