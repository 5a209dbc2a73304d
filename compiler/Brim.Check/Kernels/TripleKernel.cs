using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv3x3_triple: the three taps of a filter row in a word, lanes of 10, 10 and 12 bits (lanes_triple_tile.h).</summary>
internal sealed class TripleKernel : LaneKernel
{
    private const int Words = 3;
    private const int LongestSegment = 16;

    /// <summary>Bits that a word uses for the first of two: codes w + 8 of two rows of taps.</summary>
    private const uint CompactFirst = 0x00F0_3C0F;

    private static readonly int[] Offsets = [0, 10, 20];
    private static readonly int[] Bits = [10, 10, 12];

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (channels, outputs) = (p.Extent("channels"), p.Extent("outputs"));
        var (height, width) = (p.Extent("height"), p.Extent("width"));
        var strip = (((width + 1L) / 2 * (p.Extent("strip_rows") + 2L) * channels) + 1) / 2;
        return Bytes(call, (long)height * width * channels, (long)height * width * outputs, channels, true, (3 * (width + 4L)) + p.Integer("tile_words", 0, ParameterSet.Limit) + strip);
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (channels, outputs) = (p.Extent("channels"), p.Extent("outputs"));
        var taps = checked(9 * channels);
        var stream = p.Array("stream");
        if ((long)outputs * taps > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words, too few for {outputs} outputs of {taps} taps");
        var proof = new LayerProof("triple10", taps, false) { Outputs = Sums(outputs), Words = { stream } };
        RequireActivations(proof, activations, 255);
        var tiles = new TripleTiles(p, proof, activations, channels);
        var cursor = new WordCursor(stream);
        for (var first = 0; first < outputs; first += Words)
            tiles.Read(cursor, first);
        cursor.EndArray();
        LaneChannels.Read(p, proof, tiles.Starts);
        tiles.CheckBorders();
        return proof;
    }

    /// <summary>The tiles of one stream.</summary>
    private sealed class TripleTiles(ParameterSet p, LayerProof proof, Activations activations, int channels)
    {
        private readonly int _steps = proof.Taps / 3;
        private readonly long[] _left = new long[proof.Outputs.Length];
        private readonly long[] _right = new long[proof.Outputs.Length];
        private readonly int[] _weights = new int[Words];
        private int _longest;

        /// <summary>Per output what start values its sums contain.</summary>
        public long[] Starts { get; } = new long[proof.Outputs.Length];

        /// <summary>Reads one tile.</summary>
        public void Read(WordCursor cursor, int first)
        {
            var lanes = Enumerable.Range(0, Words * Words).Select(i => new LaneField(Output(first, i), Offsets[i % Words], Bits[i % Words]));
            var tile = new TileSums([.. lanes], []);
            cursor.BeginTile();
            var header = Count(cursor, cursor.Next(), 0);
            var expanded = 1;
            for (var step = 0; ;)
            {
                var chunk = Begin(cursor, tile, step);
                expanded += Words;
                uint next;
                do
                {
                    Segment(cursor, first, step, header, chunk);
                    step += header;
                    expanded += (Words * header) + 1;
                    next = cursor.Next();
                    header = (next & Spill) != 0 ? 0 : Count(cursor, next, step);
                }
                while (header != 0);
                chunk.End = step;
                var count = next ^ (tile.Chunks.Count == 0 ? Spill | First : Spill);
                tile.Chunks.Add(chunk);
                if (count == 0 && step == _steps)
                    break;
                header = Count(cursor, count, step);
            }
            cursor.EndTile();
            _longest = Math.Max(_longest, expanded);
            proof.Tiles.Add(tile);
        }

        /// <summary>The constants of the columns beside the image, and the room for expanded tiles.</summary>
        public void CheckBorders()
        {
            if (p.Integer("tile_words") < _longest)
                throw CheckFailure.Words($"tile_words = {p.Integer("tile_words")}, the longest tile takes {_longest}");
            var padding = p.Integer("padding", 0, 255);
            foreach (var (name, values) in new[] { ("left", _left), ("right", _right) })
            {
                var array = p.Array(name, values.Length);
                proof.Words.Add(array);
                for (var c = 0; c < values.Length; c++)
                {
                    var expected = values[c] + (padding * _sides[name == "left" ? 0 : 1][c]);
                    if (array.Values[c] != expected)
                        proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {c}: {name} is {array.Values[c]}, the padding beside the image gives {expected}");
                }
            }
        }

        private readonly long[][] _sides = [new long[proof.Outputs.Length], new long[proof.Outputs.Length]];

        private static int Output(int first, int lane) => first + (lane / Words);

        private int Count(WordCursor cursor, uint count, int step) => count >= 1 && count <= LongestSegment && count <= _steps - step
            ? (int)count
            : throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a segment header of {count:X8} at step {step} of {_steps}");

        private ChunkSums Begin(WordCursor cursor, TileSums tile, int step)
        {
            var chunk = new ChunkSums(step, Words * Words);
            for (var i = 0; i < Words; i++)
                LaneKernel.Starts(chunk, Words * i, cursor.Next(), Offsets, Bits);
            for (var i = 0; i < Words * Words; i++)
            {
                var output = tile.Lanes[i].Output;
                if (output >= Starts.Length)
                {
                    RequireZero(chunk.Start[i], $"the start of the missing output {output}");
                    continue;
                }
                Starts[output] += chunk.Start[i];
                if (i % Words == 2)
                    _left[output] += chunk.Start[i];
                if (i % Words == 0)
                    _right[output] += chunk.Start[i];
            }
            return chunk;
        }

        private void Segment(WordCursor cursor, int first, int step, int count, ChunkSums chunk)
        {
            var packed = 0u;
            for (var i = 0; i < Words * count; i++)
            {
                packed = i % 2 == 0 ? CompactWord(cursor, i + 1 == Words * count) : packed >> 5;
                for (var field = 0; field < Words; field++)
                    _weights[field] = (int)(packed >> Offsets[field] & 0xF) - 8;
                Products(cursor, first, step + (i / Words), i % Words, chunk);
            }
        }

        private static uint CompactWord(WordCursor cursor, bool isHalf)
        {
            var word = cursor.Next();
            RequireZero(word & ~(isHalf ? CompactFirst : CompactFirst | CompactFirst << 5), $"{cursor.Name}[{cursor.Position - 1}]: the rest of a compact word");
            return word;
        }

        private void Products(WordCursor cursor, int first, int step, int word, ChunkSums chunk)
        {
            var activation = activations[step % channels];
            for (var field = 0; field < Words; field++)
            {
                var lane = (Words * word) + field;
                var output = Output(first, lane);
                if (output >= proof.Outputs.Length)
                {
                    RequireZero(_weights[field], $"{cursor.Name}[{cursor.Position - 1}]: a weight of the missing output {output}");
                    continue;
                }
                chunk.Add(lane, _weights[field], activation);
                proof.Outputs[output].Add(_weights[field], activation);
                if (field != 1)
                    _sides[field == 2 ? 0 : 1][output] += _weights[field];
            }
        }
    }
}
