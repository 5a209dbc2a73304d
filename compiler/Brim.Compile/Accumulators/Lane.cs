using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>One lane of a packing: a bit field of the accumulator and the products that land in it.</summary>
/// <param name="Offset">Lowest bit.</param>
/// <param name="Bits">Width: up to the next lane, or to the top of the accumulator.</param>
/// <param name="Products">Pairs of weight field and activation field whose product has this offset.</param>
public sealed record Lane(int Offset, int Bits, ImmutableArray<(int Weight, int Activation)> Products);
