using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A float convolution or fully connected layer.</summary>
internal sealed class FloatConvStep : IEvaluationStep
{
    private readonly LinearLayer _layer;
    private readonly ConvGeometry _geometry;
    private readonly float[] _weights;
    private readonly float[] _start;
    private readonly float _low;
    private readonly float _high;

    private FloatConvStep(Graph graph, LinearLayer layer)
    {
        _layer = layer;
        _geometry = layer.Geometry();
        _weights = FloatTiles.Pack(layer.Ungrouped<float>(graph[layer.W].Constant!.Floats, layer.Input[3]), layer.Outputs, _geometry.Depth);
        _start = new float[(layer.Outputs + FloatTiles.Channels - 1) / FloatTiles.Channels * FloatTiles.Channels];
        if (layer.Bias != Value.None)
            graph[layer.Bias].Constant!.Floats.CopyTo(_start, 0);
        (_low, _high) = CodeRange.RealLimits(layer.Activation);
    }

    public static FloatConvStep? TryMake(Graph graph, Node node) =>
        graph.TypeOf(node.Output).Element.IsFloat && LinearLayer.TryMake(graph, node) is { IsDepthwise: false } layer ? new(graph, layer) : null;

    public object? NewScratch() => new float[_geometry.PaddedLength];

    public void Run(EvaluationSession session, object? scratch)
    {
        var padded = (float[])scratch!;
        _geometry.Place(session.Floats(_layer.X), padded);
        Correlate(_geometry, padded, _weights, _start, session.Floats(_layer.Node.Output), _layer.Outputs, _low, _high);
    }

    /// <summary>A whole convolution over a padded image, clamped.</summary>
    public static void Correlate(ConvGeometry geometry, ReadOnlySpan<float> padded, ReadOnlySpan<float> packed, ReadOnlySpan<float> start, Span<float> y, int channels, float low, float high)
    {
        Span<float> tile = stackalloc float[FloatTiles.Pixels * FloatTiles.Channels];
        Span<int> offsets = stackalloc int[FloatTiles.Pixels];
        var pixels = geometry.PixelOffsets.Length;
        for (var first = 0; first < channels; first += FloatTiles.Channels)
        {
            var width = Math.Min(FloatTiles.Channels, channels - first);
            var weights = packed.Slice(first * geometry.Depth, geometry.Depth * FloatTiles.Channels);
            for (var pixel = 0; pixel < pixels; pixel += FloatTiles.Pixels)
            {
                var count = Math.Min(FloatTiles.Pixels, pixels - pixel);
                for (var i = 0; i < FloatTiles.Pixels; i++)
                    offsets[i] = geometry.PixelOffsets[pixel + Math.Min(i, count - 1)];
                FloatTiles.Correlate(padded, offsets, geometry.SegmentOffsets, geometry.SegmentLength, weights, start[first..], tile);
                for (var i = 0; i < count; i++)
                {
                    var target = y.Slice(((pixel + i) * channels) + first, width);
                    var source = tile.Slice(i * FloatTiles.Channels, width);
                    for (var c = 0; c < target.Length; c++)
                        target[c] = MathF.Min(MathF.Max(source[c], low), high);
                }
            }
        }
    }
}
