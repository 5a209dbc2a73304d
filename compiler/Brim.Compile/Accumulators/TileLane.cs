namespace Brim.Compile.Accumulators;

/// <summary>One lane of a tile.</summary>
/// <param name="Output">Output channel.</param>
/// <param name="Offset">Lowest bit in the accumulator.</param>
/// <param name="Bits">Width.</param>
public readonly record struct TileLane(int Output, int Offset, int Bits);
