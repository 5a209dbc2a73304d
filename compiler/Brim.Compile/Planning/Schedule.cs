using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>An order of steps.</summary>
/// <param name="Order">Indices of the steps, first to last.</param>
/// <param name="PeakBytes">Most bytes that live at one step, overlaps deducted: what a placement cannot go below.</param>
/// <param name="IsOptimal">True if no order has a smaller peak.</param>
public sealed record Schedule(ImmutableArray<int> Order, long PeakBytes, bool IsOptimal);
