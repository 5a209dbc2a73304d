using Brim.Check.Source;
using Brim.Core.Diagnostics;

namespace Brim.Check.Proofs;

/// <summary>What was decoded of one layer's data and what follows from it.</summary>
/// <param name="Packing">How products share an accumulator.</param>
/// <param name="Taps">Products of one output.</param>
/// <param name="IsSigned">True if lanes are two's complement; false if they are plain unsigned fields.</param>
internal sealed record LayerProof(string Packing, int Taps, bool IsSigned)
{
    /// <summary>Tiles.</summary>
    public List<TileSums> Tiles { get; } = [];

    /// <summary>Whole sums.</summary>
    public OutputSum[] Outputs { get; init; } = [];

    /// <summary>How sums become codes; null where the layer does not rescale channel by channel.</summary>
    public Rescaling? Rescaling { get; set; }

    /// <summary>Violations found while decoding.</summary>
    public List<(DiagnosticDescriptor Descriptor, string Message)> Findings { get; } = [];

    /// <summary>Arrays that were decoded.</summary>
    public List<ConstantArray> Words { get; } = [];

    /// <summary>Lanes, each counted once a chunk.</summary>
    public int LaneCount => Tiles.Sum(t => t.Lanes.Length * t.Chunks.Count);

    /// <summary>Chunks of all tiles.</summary>
    public int ChunkCount => Tiles.Sum(t => t.Chunks.Count);

    /// <summary>Fewest bits that hold the widest lane.</summary>
    public int WidestLane => Tiles.SelectMany(t => t.Chunks).SelectMany(c => c.Low.Select((_, i) => Bits(c, i))).DefaultIfEmpty(0).Max();

    /// <summary>Notes a violation.</summary>
    public void Report(DiagnosticDescriptor descriptor, string message) => Findings.Add((descriptor, message));

    private int Bits(ChunkSums chunk, int lane)
    {
        // In 128 bits: a 64-bit start value may be anything in a library that was tampered with.
        var (low, high) = ((Int128)chunk.Low[lane] + chunk.Start[lane], (Int128)chunk.High[lane] + chunk.Start[lane]);
        var bits = IsSigned ? 1 : 0;
        while (IsSigned ? low < -(Int128.One << (bits - 1)) || high >= Int128.One << (bits - 1) : high - low >= Int128.One << bits)
            bits++;
        return bits;
    }
}
