using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Streams of the kernels with a low and a high lane in 32-bit accumulators, multiplied by SMLAD. Low lanes are emptied chunk by chunk; high lanes, which
/// have more bits, where they would overflow, and all lanes with them.
/// </summary>
/// <param name="packing">Two lanes.</param>
/// <param name="filter">Weights.</param>
/// <param name="bounds">Activations.</param>
/// <param name="lanes">Low lanes of a tile, and high ones.</param>
/// <param name="segment">Unrolled steps of the tile function.</param>
/// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
internal abstract class LowHighWriter(
    Packing packing, FilterCodes filter, ActivationBounds bounds, int lanes, int segment, int laneLimit)
{
    /// <summary>Headers that empty all lanes; all others that start lanes empty the low ones.</summary>
    private protected const uint High = 0x2000_0000;

    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;
    private const uint HighFirst = 0x1000_0000;

    private readonly Lane _low = packing.Lanes[0];
    private readonly Lane _high = packing.Lanes[1];
    private readonly long[] _starts = new long[filter.Outputs];
    private readonly List<PackedTile> _proofs = [];
    private readonly List<Tile> _tiles = [];

    /// <summary>The packing.</summary>
    protected Packing Packing => packing;

    /// <summary>The weights.</summary>
    protected FilterCodes Filter => filter;

    /// <summary>Low lanes of a tile, and high ones.</summary>
    protected int Lanes => lanes;

    /// <summary>Steps of a tile.</summary>
    protected int Steps { get; } = (filter.Taps + 3) / 4 * 2;

    /// <summary>The tiles; the first outputs of neighbouring ones differ by the outputs of a tile.</summary>
    private protected IReadOnlyList<Tile> Tiles => _tiles;

    /// <summary>Cuts all tiles, of so many outputs each, into chunks. Returns the bound that fails, or null.</summary>
    public string? Cut(int tileOutputs)
    {
        for (var output = 0; output < filter.Outputs; output += tileOutputs)
            if (CutTile(output) is { } refusal)
                return refusal;
        return null;
    }

    /// <summary>The packed layer with a stream.</summary>
    /// <param name="words">The stream.</param>
    /// <param name="longest">Most words that a tile takes expanded.</param>
    private protected PackedLayer Layer(IEnumerable<uint> words, int longest) => new([.. words], [.. _starts], [], [], longest, [.. _proofs]);

    /// <summary>The channel whose sum a lane of a tile holds.</summary>
    private protected abstract int Output(int first, int lane, bool isHigh);

    private string? CutTile(int first)
    {
        if (Chunks(first, true, 0, Steps) is not { } high)
            return Overflow(first, true);
        var low = ImmutableArray.CreateBuilder<Chunk>();
        foreach (var whole in high)
        {
            if (Chunks(first, false, whole.Begin, whole.End) is not { } chunks)
                return Overflow(first, false);
            low.AddRange(chunks);
        }
        _tiles.Add(Segments(first, low.ToImmutable(), high));
        _proofs.Add(new PackedTile(first, Fields(first, false), low.ToImmutable()));
        _proofs.Add(new PackedTile(Output(first, 0, true), Fields(first, true), high));
        return null;
    }

    private string Overflow(int first, bool isHigh) =>
        $"channel {Output(first, 0, isHigh)}: two taps overflow {Bits(isHigh)} bits at activations up to {bounds.Greatest}";

    /// <summary>The fewest chunks of the low or the high lanes within some steps.</summary>
    private ImmutableArray<Chunk>? Chunks(int first, bool isHigh, int begin, int end) =>
        Chunker.Cut(end, [.. Enumerable.Repeat(Bits(isHigh), lanes)], (step, lane) => Range(Output(first, lane, isHigh), step), first: begin);

    private int Bits(bool isHigh) => Math.Min((isHigh ? _high : _low).Bits, laneLimit);

    private ImmutableArray<TileLane> Fields(int first, bool isHigh)
    {
        var lane = isHigh ? _high : _low;
        return [.. Enumerable.Range(0, lanes).Select(i => new TileLane(Output(first, i, isHigh), lane.Offset, lane.Bits))];
    }

    private LaneRange Range(int output, int step)
    {
        var range = default(LaneRange);
        for (var half = 0; half < packing.Halves; half++)
        {
            var tap = DualStream.Tap(step, half);
            range += LaneRange.Of(filter.Tap(output, tap), bounds[tap % filter.Channels]);
        }
        return range;
    }

    private Tile Segments(int first, ImmutableArray<Chunk> chunks, ImmutableArray<Chunk> high)
    {
        var segments = ImmutableArray.CreateBuilder<Segment>();
        var emptied = 0;
        for (var i = 0; i < chunks.Length; i++)
        {
            var chunk = chunks[i];
            var restarts = chunk.Begin == high[emptied].End;
            var header = i == 0 ? 0 : Spill | (i == 1 ? First : 0) | (restarts ? High | (emptied == 0 ? HighFirst : 0) : 0);
            if (restarts)
                emptied++;
            var starts = Starts(first, chunk, i == 0 || restarts ? high[emptied] : null);
            for (var begin = chunk.Begin; begin < chunk.End; begin += segment)
            {
                segments.Add(new Segment(header, starts, begin, Math.Min(begin + segment, chunk.End)));
                (header, starts) = (0, []);
            }
        }
        return new Tile(first, segments.ToImmutable(), (chunks.Length == 1 ? First : 0) | (emptied == 0 ? HighFirst : 0));
    }

    /// <summary>Starts of the low lanes, and of the high lanes where they start, too.</summary>
    private ImmutableArray<uint> Starts(int first, Chunk chunk, Chunk? high)
    {
        var words = ImmutableArray.CreateBuilder<uint>(lanes);
        for (var lane = 0; lane < lanes; lane++)
        {
            var word = (uint)chunk.Lanes[lane].Start;
            Count(Output(first, lane, false), chunk.Lanes[lane].Start);
            if (high is not null)
            {
                var output = Output(first, lane, true);
                word += (uint)high.Lanes[lane].Start << _high.Offset;
                for (var step = high.Begin; step < high.End; step++)
                    for (var half = 0; half < packing.Halves; half++)
                        word += (uint)packing.Missing((uint)filter.Tap(output, DualStream.Tap(step, half)));
                // Lanes of one channel at two pixels start alike, and each sum has the start of one.
                if (output != Output(first, lane, false))
                    Count(output, high.Lanes[lane].Start);
            }
            words.Add(word);
        }
        return words.MoveToImmutable();
    }

    private void Count(int output, long start)
    {
        if (output < filter.Outputs)
            _starts[output] += start;
    }

    /// <summary>Steps that the tile function runs through without looking at a header.</summary>
    /// <param name="Header">How the accumulators pass to it; without the count of steps.</param>
    /// <param name="Starts">A word for every low lane, with the high one above it where that starts, too; none if no lane starts.</param>
    /// <param name="Begin">First step.</param>
    /// <param name="End">Step after the last.</param>
    private protected sealed record Segment(uint Header, ImmutableArray<uint> Starts, int Begin, int End)
    {
        /// <summary>The header with the count.</summary>
        public uint Word => Header | (uint)(End - Begin);
    }

    /// <summary>What a tile function computes at a block of pixels.</summary>
    /// <param name="Output">First output.</param>
    /// <param name="Segments">In order.</param>
    /// <param name="End">The last header.</param>
    private protected sealed record Tile(int Output, ImmutableArray<Segment> Segments, uint End);
}
