using System.Runtime.Intrinsics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A convolution or fully connected layer on codes of up to 8 bits.</summary>
internal sealed class IntegerConvStep : IEvaluationStep
{
    private readonly LinearLayer _layer;
    private readonly ConvGeometry _geometry;
    private readonly short[] _weights;
    private readonly int[] _start;
    private readonly int _offset;
    private readonly short _border;
    private readonly RowRequantizer _requantizer;

    private IntegerConvStep(Graph graph, LinearLayer layer)
    {
        _layer = layer;
        _geometry = layer.Geometry(2);
        var (x, w, y) = (graph.TypeOf(layer.X), graph[layer.W].Constant!, graph.TypeOf(layer.Node.Output));
        var rows = layer.Ungrouped<short>(Array.ConvertAll(w.Codes, q => (short)q), _geometry.PaddedChannels);
        _weights = IntegerTiles.Pack(rows, layer.Outputs, layer.KernelHeight * layer.KernelWidth * _geometry.PaddedChannels);
        _start = Start(graph, layer);
        (_offset, _border) = (layer.ZeroPointFolded ? 0 : x.Quant!.ZeroPoint, (short)(layer.ZeroPointFolded ? x.Quant!.ZeroPoint : 0));
        _requantizer = new RowRequantizer(layer.Node.Op is FullyConnected
            ? Requantizer.ForFullyConnected(layer.Requantization, x.Quant!, w.Type.Quant!, y, layer.Outputs, layer.Activation)
            : Requantizer.ForConvolution(layer.Requantization, x.Quant!, w.Type.Quant!, y, layer.Outputs, layer.Activation));
    }

    public static IntegerConvStep? TryMake(Graph graph, Node node) =>
        LinearLayer.TryMake(graph, node) is { IsDepthwise: false } layer && IsNarrow(graph, layer) ? new(graph, layer) : null;

    /// <summary>True if 16-bit factors and 32-bit sums hold everything.</summary>
    public static bool IsNarrow(Graph graph, LinearLayer layer) =>
        graph.TypeOf(layer.X) is { Element: { IsInteger: true, Bits: <= 8 }, Quant: not null }
        && graph.TypeOf(layer.W) is { Element: { IsInteger: true, Bits: <= 8 }, Quant: not null }
        && graph.TypeOf(layer.Node.Output) is { Element: { IsInteger: true, Bits: <= 32 }, Quant: not null }
        && (layer.Bias == Value.None || graph.TypeOf(layer.Bias).Element.Bits <= 32);

    /// <summary>What each channel's sum starts from, rounded up to whole blocks of 16.</summary>
    public static int[] Start(Graph graph, LinearLayer layer)
    {
        var start = new int[(layer.Outputs + 15) / 16 * 16];
        if (layer.Bias != Value.None)
            graph[layer.Bias].Constant!.Codes.CopyTo(start, 0);
        return start;
    }

    public object? NewScratch()
    {
        var padded = new short[_geometry.PaddedLength];
        Array.Fill(padded, _border);
        return padded;
    }

    public void Run(EvaluationSession session, object? scratch)
    {
        var padded = (short[])scratch!;
        Place(session.Codes(_layer.X), padded);
        var y = session.Codes(_layer.Node.Output).AsSpan();
        Span<int> tile = stackalloc int[FloatTiles.Pixels * FloatTiles.Channels];
        Span<int> offsets = stackalloc int[FloatTiles.Pixels];
        var pixels = _geometry.PixelOffsets.Length;
        var channels = _layer.Outputs;
        for (var first = 0; first < channels; first += FloatTiles.Channels)
        {
            var width = Math.Min(FloatTiles.Channels, channels - first);
            var weights = _weights.AsSpan(first * _geometry.Depth, _geometry.Depth * FloatTiles.Channels);
            for (var pixel = 0; pixel < pixels; pixel += FloatTiles.Pixels)
            {
                var count = Math.Min(FloatTiles.Pixels, pixels - pixel);
                for (var i = 0; i < FloatTiles.Pixels; i++)
                    offsets[i] = _geometry.PixelOffsets[pixel + Math.Min(i, count - 1)];
                IntegerTiles.Correlate(padded, offsets, _geometry.SegmentOffsets, _geometry.SegmentLength, weights, _start.AsSpan(first), tile);
                _requantizer.ApplyTile(tile, first, count, y[((pixel * channels) + first)..], channels, width);
            }
        }
    }

    private void Place(ReadOnlySpan<int> x, Span<short> padded)
    {
        // Rows are contiguous in both where channels are not rounded up.
        var whole = _geometry.Channels == _geometry.PaddedChannels;
        var (runs, length) = whole ? (1, _geometry.Width * _geometry.Channels) : (_geometry.Width, _geometry.Channels);
        for (var row = 0; row < _geometry.Height; row++)
        {
            for (var run = 0; run < runs; run++)
                Shift(x.Slice(((row * runs) + run) * length, length), padded.Slice(_geometry.Interior(row, run), length));
        }
    }

    private void Shift(ReadOnlySpan<int> source, Span<short> target)
    {
        var i = 0;
        var offset = Vector256.Create(_offset);
        for (; i + 16 <= source.Length; i += 16)
            Vector256.Narrow(Vector256.Create(source.Slice(i, 8)) - offset, Vector256.Create(source.Slice(i + 8, 8)) - offset).CopyTo(target[i..]);
        for (; i < source.Length; i++)
            target[i] = (short)(source[i] - _offset);
    }
}
