using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_dual</c> and <c>brim_lanes_dense_dual</c>: two channels in every halfword (smlad-dual). High lanes have
/// 20 bits and are mostly read once; where they would overflow, or exceed the lane limit, all lanes are emptied.
/// </summary>
public static class DualStream
{
    /// <summary>Unrolled steps of the convolution's tile function.</summary>
    public const int ConvolutionSegment = 48;

    /// <summary>Unrolled steps of the dense tile function.</summary>
    public const int DenseSegment = 32;

    /// <summary>Packs a convolution: tiles of four channels, segments of 48 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome BuildConvolution(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64) =>
        Build(filter, bounds, 2, ConvolutionSegment, laneLimit);

    /// <summary>Packs a fully connected layer (kernel 1 x 1): tiles of 16 channels, segments of 32 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome BuildDense(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64) =>
        Build(filter, bounds, 8, DenseSegment, laneLimit);

    /// <summary>Tap of a step's halfword: expanding four bytes gives the pairs (0, 2) and (1, 3).</summary>
    public static int Tap(int step, int half) => step / 2 * 4 + step % 2 + 2 * half;

    private static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int rows, int segment, int laneLimit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladDual;
        if (!packing.WeightsFit(filter.Limit))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit 7)");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit 16 bits");
        var writer = new DualWriter(packing, filter, bounds, rows, segment, laneLimit);
        return writer.Write(2 * rows);
    }

    private sealed class DualWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int rows, int segment, int laneLimit)
        : LowHighWriter(packing, filter, bounds, rows, rows, segment, laneLimit)
    {
        private protected override int Output(int first, int lane, bool isHigh) => first + (2 * lane) + (isHigh ? 1 : 0);

        private protected override void Step(int first, int step)
        {
            for (var r = 0; r < Lanes; r++)
            {
                var word = 0u;
                for (var half = 0; half < Packing.Halves; half++)
                {
                    var tap = Tap(step, half);
                    var halfword = Packing.WeightWord([Filter.Tap(first + (2 * r), tap), Filter.Tap(first + (2 * r) + 1, tap)]);
                    word |= (halfword & 0xFFFF) << (16 * half);
                }
                Words.Add(word);
            }
        }
    }
}
