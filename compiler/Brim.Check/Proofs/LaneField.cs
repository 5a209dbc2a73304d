namespace Brim.Check.Proofs;

/// <summary>A bit field that holds one running sum.</summary>
/// <param name="Output">Output channel; at least the number of outputs for lanes that only fill up a tile.</param>
/// <param name="Offset">Lowest bit in the accumulator.</param>
/// <param name="Bits">Width.</param>
internal readonly record struct LaneField(int Output, int Offset, int Bits);
