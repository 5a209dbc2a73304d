namespace Brim.Check;

/// <summary>What was found out about one layer.</summary>
/// <param name="Step">Step name.</param>
/// <param name="Kernel">Kernel function.</param>
/// <param name="IsProven">True if nothing was found against the layer.</param>
/// <param name="Sums">Its accumulators; null if it has none.</param>
public sealed record LayerReport(string Step, string Kernel, bool IsProven, SumReport? Sums);

/// <summary>Accumulators of a layer.</summary>
/// <param name="Packing">Packing.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Taps">Products of an output.</param>
/// <param name="Lanes">Running sums that were proven, each counted once a chunk.</param>
/// <param name="Chunks">Chunks of all tiles.</param>
/// <param name="Width">Fewest bits that hold the widest lane.</param>
/// <param name="Low">Least activation.</param>
/// <param name="High">Greatest activation.</param>
/// <param name="Writers">Layers or tensors that the activations come from.</param>
public sealed record SumReport(string Packing, int Outputs, int Taps, int Lanes, int Chunks, int Width, long Low, long High, IReadOnlyList<string> Writers);
