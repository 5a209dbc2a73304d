namespace Brim.Compile.Accumulators;

/// <summary>What the user asks of accumulators.</summary>
/// <param name="Bits">
/// Most bits that a lane of a packed accumulator may need; 32 for kernels with one sum in a word only; null for whatever is cheapest. A layer
/// that no lane kernel can hold in as many bits runs with 32-bit sums.
/// </param>
/// <param name="SingleStage">
/// True if a whole dot product must stay in one accumulator, as training methods with accumulator bounds assume, instead of being cut into
/// chunks. A layer that cannot is an error.
/// </param>
public sealed record AccumulatorOptions(int? Bits, bool SingleStage)
{
    /// <summary>Cheapest packings, in as many chunks as they need.</summary>
    public static AccumulatorOptions Automatic { get; } = new(null, false);

    /// <summary>True if lane kernels may be used.</summary>
    public bool AllowsLanes => Bits is null or < 32;
}
