using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Program;
using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Emit;

/// <summary>What a certificate states of one layer's accumulators, from the graph and the proof of the kernel call.</summary>
internal sealed class CertifiedSums
{
    /// <summary>One output's whole sum: constant + products within Low..High.</summary>
    public readonly record struct Output(long Constant, long Positive, long Negative, long Low, long High)
    {
        /// <summary>The sum of weights and constants that are shifted left.</summary>
        public Output Shifted(int bits) => new(Constant << bits, Positive << bits, Negative << bits, Low << bits, High << bits);
    }

    /// <summary>Packing.</summary>
    public required string Packing { get; init; }

    /// <summary>True if lanes are two's complement words that start at the constant; false for unsigned fields.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>Products of one output.</summary>
    public required long Taps { get; init; }

    /// <summary>Multiplied activation = code + offset.</summary>
    public required long Offset { get; init; }

    /// <summary>Least multiplied activation of each input channel.</summary>
    public required ImmutableArray<long> Lows { get; init; }

    /// <summary>Greatest multiplied activation.</summary>
    public required ImmutableArray<long> Highs { get; init; }

    /// <summary>Multiplied activation of padding; null if no window reaches beyond the input.</summary>
    public long? Padding { get; init; }

    /// <summary>Whole sums.</summary>
    public required ImmutableArray<Output> Outputs { get; init; }

    /// <summary>The model's rescaling; null where all results are rescaled alike by the layer's parameters.</summary>
    public CertifiedRescaling? Rescaling { get; init; }

    /// <summary>
    /// By how many bits the sums of each output, weights and constants included, are shifted left against the model's; empty if none is. What is said
    /// of sums is said of the shifted ones.
    /// </summary>
    public ImmutableArray<int> Shifts { get; init; } = [];

    /// <summary>Lanes and chunks.</summary>
    public required ImmutableArray<CertifiedTile> Tiles { get; init; }

    /// <summary>Fewest bits that hold the widest lane.</summary>
    public int Width => Tiles.SelectMany(t => t.Chunks).SelectMany(c => c.Lanes)
        .Select(l => IsSigned ? AccumulatorBounds.SignedBits(l.Start + l.Low, l.Start + l.High) : AccumulatorBounds.CentredBits(l.Low, l.High)).DefaultIfEmpty(0).Max();

    /// <summary>The accumulators of a step; null if it accumulates nothing.</summary>
    public static CertifiedSums? Of(Graph graph, KernelStep step)
    {
        if (WeightedNode.TryCreate(graph, step.Node) is { } layer)
            return Weighted(graph, step, layer);
        return step.Node.Op switch
        {
            FullyConnected op when graph[step.Node.Inputs[0]].Constant is null => Computed(graph, step, op),
            AveragePool2D op => Sum(graph, step, op.KernelHeight * op.KernelWidth, 0),
            Mean => MeanOf(graph, step),
            Softmax op => SoftmaxOf(graph, step, op),
            _ => null,
        };
    }

    private static CertifiedSums Weighted(Graph graph, KernelStep step, WeightedNode layer)
    {
        var zeroPoint = layer.X.Quant!.ZeroPoint;
        var codes = CodeBounds.Of(graph, step.Node.Inputs[0]);
        var packed = step.Call.Lanes?.Packed;
        // Lane kernels count activations from the lowest code that they can meet.
        var lowest = packed is null ? 0 : layer.IsPadded ? Math.Min(codes.Min, zeroPoint) : codes.Min;
        long? padding = ReachesBeyond(graph, step.Node) ? zeroPoint - lowest : null;
        var channels = packed is null ? 1 : packed.Bounds.Channels.Length;
        ImmutableArray<long> lows = [.. Enumerable.Repeat(packed is null ? (long)codes.Min : 0, channels)];
        ImmutableArray<long> highs = packed is null ? [codes.Max] : [.. Enumerable.Range(0, channels).Select(c => (long)(padding is null ? packed.Bounds[c] : packed.Bounds.Channels[c]))];
        var sums = Enumerable.Range(0, layer.OutputChannels)
            .Select(o => Whole(layer, o, k => Bounds(layer, lows, highs, padding, o, k), lowest - (layer.ZeroPointFolded ? 0 : zeroPoint)).Shifted(step.Call.SumLayout.Shift(o)))
            .ToImmutableArray();
        return new CertifiedSums
        {
            Packing = packed is null ? step.Call.SumLayout.Packing : step.Call.Lanes!.Packing,
            IsSigned = packed is null,
            Taps = layer.WeightsPerChannel,
            Offset = -lowest,
            Lows = lows,
            Highs = highs,
            Padding = padding,
            Outputs = sums,
            Shifts = step.Call.SumLayout.Shifts,
            Rescaling = new CertifiedRescaling(layer.Requantizers()),
            Tiles = packed is null ? [WholeTile(step.Call.SumLayout, layer.WeightsPerChannel, sums)] : [.. packed.Layer.Tiles.Select(Tile)],
        };
    }

    private static (long Low, long High) Bounds(WeightedNode layer, ImmutableArray<long> lows, ImmutableArray<long> highs, long? padding, int output, int tap)
    {
        var channel = lows.Length == 1 ? 0 : layer.Node.Op is DepthwiseConv2D ? output % lows.Length : tap % lows.Length;
        return padding is { } p ? (Math.Min(lows[channel], p), Math.Max(highs[channel], p)) : (lows[channel], highs[channel]);
    }

    private static Output Whole(WeightedNode layer, int output, Func<int, (long Low, long High)> bounds, long moved)
    {
        var (constant, positive, negative, low, high) = (layer.Bias?.CodeAt(output) ?? 0, 0L, 0L, 0L, 0L);
        for (var k = 0; k < layer.WeightsPerChannel; k++)
        {
            long weight = layer.Weight(output, k);
            var (least, greatest) = bounds(k);
            positive += Math.Max(weight, 0);
            negative -= Math.Min(weight, 0);
            low += weight > 0 ? weight * least : weight * greatest;
            high += weight > 0 ? weight * greatest : weight * least;
            constant += weight * moved;
        }
        return new Output(constant, positive, negative, low, high);
    }

    private static CertifiedTile Tile(PackedTile tile) => new(
        tile.Lanes, [.. tile.Chunks.Select(c => new CertifiedChunk(c.Begin, c.End, [.. c.Lanes.Select(l => (l.Low, l.High, l.Start))]))]);

    private static CertifiedTile WholeTile(SumLayout layout, int taps, ImmutableArray<Output> sums) => new(
        [.. sums.Select((_, o) => new TileLane(o, layout.Fields[o % layout.Fields.Length].Offset, layout.Fields[o % layout.Fields.Length].Bits))],
        [new CertifiedChunk(0, taps, [.. sums.Select(s => (s.Low, s.High, s.Constant))])]);

    /// <summary>True if some window of a convolution reaches beyond the input, whatever padding its attributes allow.</summary>
    private static bool ReachesBeyond(Graph graph, Node node)
    {
        var (x, w, y) = (graph.TypeOf(node.Inputs[0]).Shape, graph.TypeOf(node.Inputs[1]).Shape, graph.TypeOf(node.Output).Shape);
        return node.Op switch
        {
            Conv2D op => Reaches(op.Window),
            DepthwiseConv2D op => Reaches(op.Window),
            _ => false,
        };
        bool Reaches(Window2D window) =>
            window.PadTop > 0 || window.PadLeft > 0
            || ((y[1] - 1) * window.StrideHeight) + ((w[1] - 1) * window.DilationHeight) + 1 > x[1]
            || ((y[2] - 1) * window.StrideWidth) + ((w[2] - 1) * window.DilationWidth) + 1 > x[2];
    }

    /// <summary>A matrix product with weights that another layer computes: only their type bounds them.</summary>
    private static CertifiedSums Computed(Graph graph, KernelStep step, FullyConnected op)
    {
        var (x, w, y) = (graph.TypeOf(step.Node.Inputs[0]), graph.TypeOf(step.Node.Inputs[1]), graph.TypeOf(step.Node.Output));
        var moved = op.ZeroPointFolded ? 0 : x.Quant!.ZeroPoint;
        var (codes, weights) = (CodeBounds.Of(graph, step.Node.Inputs[0]), CodeBounds.Of(graph, step.Node.Inputs[1]));
        var (low, high) = ((long)codes.Min - moved, (long)codes.Max - moved);
        long[] corners = [weights.Min * low, weights.Min * high, weights.Max * low, weights.Max * high];
        long depth = w.Shape[1];
        var bias = step.Node.Inputs.Length > 2 && step.Node.Inputs[2] != Value.None ? graph[step.Node.Inputs[2]].Constant : null;
        var sums = Enumerable.Range(0, w.Shape[0]).Select(o => new Output(
            bias?.CodeAt(o) ?? 0, depth * Math.Max(weights.Max, 0), -depth * Math.Min(weights.Min, 0), depth * corners.Min(), depth * corners.Max())).ToImmutableArray();
        return new CertifiedSums
        {
            Packing = step.Call.SumLayout.Packing,
            IsSigned = true,
            Taps = depth,
            Offset = -moved,
            Lows = [low],
            Highs = [high],
            Outputs = sums,
            Rescaling = new CertifiedRescaling(Requantizer.ForFullyConnected(op.Requantization, x.Quant!, w.Quant!, y, w.Shape[0], op.Activation)),
            Tiles = [WholeTile(step.Call.SumLayout, (int)depth, sums)],
        };
    }

    private static CertifiedSums? MeanOf(Graph graph, KernelStep step)
    {
        var (x, y) = (graph.TypeOf(step.Node.Inputs[0]), graph.TypeOf(step.Node.Output));
        var count = (int)(x.Shape.ElementCount / y.Shape.ElementCount);
        return Sum(graph, step, count, -(long)x.Quant!.ZeroPoint * count);
    }

    /// <summary>A plain sum of codes; one stands for all results.</summary>
    private static CertifiedSums? Sum(Graph graph, KernelStep step, int taps, long constant)
    {
        if (graph[step.Node.Inputs[0]].Constant is not null)
            return null;
        var codes = CodeBounds.Of(graph, step.Node.Inputs[0]);
        ImmutableArray<Output> sums = [new Output(constant, taps, 0, (long)taps * codes.Min, (long)taps * codes.Max)];
        return new CertifiedSums
        {
            Packing = step.Call.SumLayout.Packing,
            IsSigned = true,
            Taps = taps,
            Offset = 0,
            Lows = [codes.Min],
            Highs = [codes.Max],
            Outputs = sums,
            Tiles = [WholeTile(step.Call.SumLayout, taps, sums)],
        };
    }

    /// <summary>The sum of a row's exponentials, which are entries of the kernel's first table: in Q12.19 for bytes, as they are for 16 bits.</summary>
    private static CertifiedSums? SoftmaxOf(Graph graph, KernelStep step, Softmax op)
    {
        var x = graph.TypeOf(step.Node.Inputs[0]);
        if (graph[step.Node.Inputs[0]].Constant is not null)
            return null;
        var isByte = x.Element.Bits <= 8;
        var term = CEmitter.Constants(step.Call)[0].Values.Max();
        if (isByte)
            term = FixedPoint.RoundingDivideByPowerOfTwo((int)term, 12);
        long depth = x.Shape[op.Axis];
        ImmutableArray<Output> sums = [new Output(0, depth, 0, 0, depth * term)];
        return new CertifiedSums
        {
            Packing = step.Call.SumLayout.Packing,
            IsSigned = !isByte,
            Taps = depth,
            Offset = 0,
            Lows = [0],
            Highs = [term],
            Outputs = sums,
            Tiles = [WholeTile(step.Call.SumLayout, (int)depth, sums)],
        };
    }
}
