namespace Brim.Check.Proofs;

/// <summary>Steps between two starts of the lanes, with what each lane collects in them.</summary>
/// <param name="begin">First step.</param>
/// <param name="lanes">Number of lanes.</param>
internal sealed class ChunkSums(int begin, int lanes)
{
    /// <summary>First step.</summary>
    public int Begin { get; } = begin;

    /// <summary>Step after the last.</summary>
    public int End { get; set; } = begin;

    /// <summary>Least value that the products of the chunk can add, a lane each.</summary>
    public long[] Low { get; } = new long[lanes];

    /// <summary>Greatest value.</summary>
    public long[] High { get; } = new long[lanes];

    /// <summary>Value that the lane starts at.</summary>
    public long[] Start { get; } = new long[lanes];

    /// <summary>Adds one product w * a of an activation within a span.</summary>
    public void Add(int lane, long weight, (long Low, long High) activation)
    {
        Low[lane] += Math.Min(weight * activation.Low, weight * activation.High);
        High[lane] += Math.Max(weight * activation.Low, weight * activation.High);
    }
}
