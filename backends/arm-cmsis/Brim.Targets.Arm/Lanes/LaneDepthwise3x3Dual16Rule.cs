using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Depthwise 3x3 convolutions with two pixels in lanes of 16 bits, for cores without the DSP extension: lanes_depthwise3x3_dual16.c.</summary>
public sealed class LaneDepthwise3x3Dual16Rule() : LaneRule(PackingCatalog.Dual16Pixels, "lanes_depthwise3x3_dual16")
{
    private protected override bool Computes(Op op) => op is DepthwiseConv2D;

    private protected override string? Objection(NodeView node)
    {
        var window = ((DepthwiseConv2D)node.Node.Op).Window;
        var (x, w, y) = (node.InputType(0).Shape, node.InputType(1).Shape, node.OutputType().Shape);
        if (Depthwise3x3.Objection(window, x, w, y) is { } objection)
            return objection;
        return new Plane(window, x, y).HasColumnOfPadding ? "columns that see nothing but padding" : null;
    }

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", DepthwisePixels.Build(layer.Filter, layer.Bounds, layer.LaneLimit))];

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var window = ((DepthwiseConv2D)node.Node.Op).Window;
        var (x, y) = (node.InputType(0).Shape, node.OutputType().Shape);
        var plane = new Plane(window, x, y);
        return new LaneCall(
            [
                CField.Of("input_height", x[1]),
                CField.Of("input_width", x[2]),
                CField.Of("channels", x[3]),
                CField.Of("output_height", y[1]),
                CField.Of("output_width", y[2]),
                CField.Of("stride", window.StrideHeight),
                CField.Of("pad_top", window.PadTop),
                CField.Of("pad_left", window.PadLeft),
                CField.Of("code_bits", DepthwiseCodes.Bits(layer.Filter)),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("padding", layer.Bounds.Padding),
                CField.Of("greatest", layer.Bounds.Greatest),
                CField.Of("weights", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            plane.Rows * plane.RowWords,
            // Any distance: the kernel moves its input to a whole number of pixels above the result.
            LeadBytes: 0,
            plane.Work(layer.WideRescalings(packed), layer.InputOffset != 0, layer.Layer.OutputRange.Min != 0));
    }

    /// <summary>The words of one channel: pairs of pixels of the upper and the lower half of the output.</summary>
    private sealed class Plane(Window2D window, Shape x, Shape y)
    {
        private readonly int _stride = window.StrideHeight;
        private readonly int _pairs = (y[1] + 1) / 2;
        private readonly int _columns = Math.Max(y[2], 2);

        public int Rows => ((_pairs - 1) * _stride) + 3;

        public int RowWords => ((_columns - 1) * _stride) + 3;

        /// <summary>True if the last column's first tap lies right of the image: sums would take the place of padding that is written once.</summary>
        public bool HasColumnOfPadding => window.PadLeft + x[2] <= (_columns - 1) * _stride;

        /// <summary>
        /// call; word: of the plane; channel; run: rows of the plane that are alike; row: rows of the plane; pair: two columns of such a row; odd: a last single
        /// one; apart: pairs whose words lie apart, for stride 2; shifted: columns whose codes are not what the lanes multiply; line: rows of outputs; fours,
        /// threes, twos: blocks of as many columns; store: words of two sums; least: those whose codes do not begin at 0; wide: those that two
        /// multiplications do not rescale.
        /// </summary>
        /// <param name="wide">Channels that two multiplications do not rescale.</param>
        /// <param name="isShifted">True if the input has an offset.</param>
        /// <param name="hasLeast">True if the least code is not 0.</param>
        public ImmutableArray<(string Level, long Count)> Work(int wide, bool isShifted, bool hasLeast)
        {
            long channels = y[3];
            var inside = Math.Min(RowWords - window.PadLeft, x[2]);
            // A width of four columns or more is made up of fours and what is left of one or two blocks more.
            var rest = _columns % 4;
            var behind = _columns < 5 || rest is 0 or 3 ? rest : rest + 4;
            var (threes, twos) = behind switch { 2 => (0, 1), 3 => (1, 0), 5 => (1, 1), 6 => (2, 0), _ => (0, 0) };
            var stored = (channels - wide) * _pairs * y[2];
            return WorkCounts.OneCall()
                .Add("word", Rows * RowWords)
                .Add("channel", channels)
                .Add("run", channels * Runs())
                .Add("row", channels * Rows)
                .Add("pair", channels * Rows * (inside / 2))
                .Add("odd", channels * Rows * (inside % 2))
                .Add("apart", _stride == 2 ? channels * Rows * (inside / 2) : 0)
                .Add("shifted", isShifted ? channels * Rows * inside : 0)
                .Add("line", channels * _pairs)
                .Add("fours", channels * _pairs * ((_columns - behind) / 4))
                .Add("threes", channels * _pairs * threes)
                .Add("twos", channels * _pairs * twos)
                .Add("store", stored)
                .Add("least", hasLeast ? stored : 0)
                .Add("wide", (long)wide * _pairs * y[2])
                .ToWork();
        }

        /// <summary>Runs of rows whose codes come from the image or from padding alike.</summary>
        private int Runs()
        {
            bool IsInside(int row) => row >= 0 && row < x[1];
            (bool, bool) Kind(int row) => (IsInside(row - window.PadTop), IsInside(row - window.PadTop + (y[1] / 2 * _stride)));
            return 1 + Enumerable.Range(1, Rows - 1).Count(r => Kind(r) != Kind(r - 1));
        }
    }
}
