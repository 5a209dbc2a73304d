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
/// <param name="stepWords">Words of a step as the tile function reads it.</param>
/// <param name="segment">Unrolled steps of the tile function.</param>
/// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
internal abstract class LowHighWriter(
    Packing packing, FilterCodes filter, ActivationBounds bounds, int lanes, int stepWords, int segment, int laneLimit)
{
    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;
    private const uint High = 0x2000_0000;
    private const uint HighFirst = 0x1000_0000;

    private readonly int _steps = (filter.Taps + 3) / 4 * 2;
    private readonly Lane _low = packing.Lanes[0];
    private readonly Lane _high = packing.Lanes[1];
    private readonly long[] _starts = new long[filter.Outputs];
    private readonly List<PackedTile> _tiles = [];
    private int _longest;

    /// <summary>The packing.</summary>
    protected Packing Packing => packing;

    /// <summary>The weights.</summary>
    protected FilterCodes Filter => filter;

    /// <summary>Low lanes of a tile, and high ones.</summary>
    protected int Lanes => lanes;

    /// <summary>The stream.</summary>
    protected List<uint> Words { get; } = [];

    /// <summary>All tiles, of so many outputs each.</summary>
    public PackingOutcome Write(int tileOutputs)
    {
        for (var output = 0; output < filter.Outputs; output += tileOutputs)
            if (Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(new PackedLayer([.. Words], [.. _starts], [], [], _longest, [.. _tiles]));
    }

    /// <summary>The channel whose sum a lane of a tile holds.</summary>
    private protected abstract int Output(int first, int lane, bool isHigh);

    /// <summary>Writes the weights of a step.</summary>
    private protected abstract void Step(int first, int step);

    private string? Tile(int first)
    {
        if (Chunks(first, true, 0, _steps) is not { } high)
            return Overflow(first, true);
        var low = ImmutableArray.CreateBuilder<Chunk>();
        foreach (var whole in high)
        {
            if (Chunks(first, false, whole.Begin, whole.End) is not { } chunks)
                return Overflow(first, false);
            low.AddRange(chunks);
        }
        Write(first, low.ToImmutable(), high);
        _tiles.Add(new PackedTile(first, Fields(first, false), low.ToImmutable()));
        _tiles.Add(new PackedTile(Output(first, 0, true), Fields(first, true), high));
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

    private void Write(int first, ImmutableArray<Chunk> chunks, ImmutableArray<Chunk> high)
    {
        var length = Words.Count;
        Words.Add(0);
        var (emptied, expanded) = (0, 1);
        for (var i = 0; i < chunks.Length; i++)
        {
            var chunk = chunks[i];
            var restarts = chunk.Begin == high[emptied].End;
            var header = i == 0 ? 0 : Spill | (i == 1 ? First : 0) | (restarts ? High | (emptied == 0 ? HighFirst : 0) : 0);
            if (restarts)
                emptied++;
            for (var begin = chunk.Begin; begin < chunk.End; begin += segment)
            {
                var end = Math.Min(begin + segment, chunk.End);
                Words.Add((uint)(end - begin) | header);
                if (begin == chunk.Begin)
                    Start(first, chunk, i == 0 || restarts ? high[emptied] : null);
                header = 0;
                for (var step = begin; step < end; step++)
                    Step(first, step);
                expanded += 1 + (stepWords * (end - begin));
            }
            expanded += lanes;
        }
        Words.Add((chunks.Length == 1 ? First : 0) | (emptied == 0 ? HighFirst : 0));
        Words[length] = (uint)(Words.Count - length - 1);
        _longest = Math.Max(_longest, expanded);
    }

    /// <summary>Starts of the low lanes, and of the high lanes where they start, too.</summary>
    private void Start(int first, Chunk chunk, Chunk? high)
    {
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
            Words.Add(word);
        }
    }

    private void Count(int output, long start)
    {
        if (output < filter.Outputs)
            _starts[output] += start;
    }
}
