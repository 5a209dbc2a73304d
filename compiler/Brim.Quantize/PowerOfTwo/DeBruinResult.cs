using System.Collections.Immutable;
using Brim.Quantize.Networks;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>What a <see cref="DeBruinSearch"/> found.</summary>
/// <param name="Widths">The widths of every layer, to be quantized with <see cref="GraphQuantizer"/>.</param>
/// <param name="Steps">Every candidate that was scored, in order.</param>
public sealed record DeBruinResult(WidthAssignment Widths, ImmutableArray<DeBruinStep> Steps);
