using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_rows: nine taps a channel in one chunk, by products of polynomials (lanes_depthwise3x3_rows.h).</summary>
internal sealed class DepthwiseRowsKernel : DepthwiseKernel
{
    /// <inheritdoc/>
    protected override string Packing => "smlal-rows";

    /// <inheritdoc/>
    protected override (int LeastWidth, Func<long, long, long> ScratchWords) Image => (3, (height, width) => (width + 2) / 3 * (height + 2));

    /// <inheritdoc/>
    protected override int GreatestActivation(ParameterSet p) => RowsFields.Of(p).GreatestActivation;

    /// <inheritdoc/>
    protected override long Channel(ParameterSet p, int channel, ReadOnlySpan<int> weights, (long Low, long High) activation, long greatest, LayerProof proof)
    {
        var fields = RowsFields.Of(p);
        var chunk = new ChunkSums(0, RowsKernel.Lanes) { End = 3 };
        for (var row = 0; row < 3; row++)
        {
            var word = 0L;
            for (var field = 0; field < 3; field++)
            {
                // Fields of a weight word are the taps of a filter row from the last to the first.
                var weight = weights[(3 * row) + 2 - field];
                word += (long)weight << fields.WeightOffsets[field];
                for (var lane = 0; lane < RowsKernel.Lanes; lane++)
                {
                    if (!RowsKernel.Products[lane].Contains(field))
                        continue;
                    chunk.Add(lane, weight, activation);
                    chunk.Start[lane] += greatest * Math.Max(0, -weight);
                }
            }
            if (word is < int.MinValue or > int.MaxValue)
                proof.Report(CheckDiagnostics.OperandOverflow, $"output {channel}: the word of kernel row {row} is {word}, more than 32 bits");
        }
        proof.Tiles.Add(new TileSums(
            [.. Enumerable.Range(0, RowsKernel.Lanes).Select(i => new LaneField(channel, fields.LaneOffsets[i], fields.LaneBits[i]))], [chunk]));
        return chunk.Start[2];
    }
}
