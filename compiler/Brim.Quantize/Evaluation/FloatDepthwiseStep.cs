using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A float depthwise convolution, 16 channels at a time.</summary>
internal sealed class FloatDepthwiseStep : IEvaluationStep
{
    private const int Lanes = 16;

    private readonly LinearLayer _layer;
    private readonly ConvGeometry _geometry;
    private readonly float[] _weights; // [tap][padded channel]
    private readonly float[] _start;
    private readonly float _low;
    private readonly float _high;

    private FloatDepthwiseStep(Graph graph, LinearLayer layer)
    {
        _layer = layer;
        _geometry = layer.Geometry(Lanes);
        var width = _geometry.PaddedChannels;
        _weights = new float[_geometry.TapOffsets.Length * width];
        for (var t = 0; t < _geometry.TapOffsets.Length; t++)
            graph[layer.W].Constant!.Floats.AsSpan(t * layer.Outputs, layer.Outputs).CopyTo(_weights.AsSpan(t * width));
        _start = new float[width];
        if (layer.Bias != Value.None)
            graph[layer.Bias].Constant!.Floats.CopyTo(_start, 0);
        (_low, _high) = CodeRange.RealLimits(layer.Activation);
    }

    public static FloatDepthwiseStep? TryMake(Graph graph, Node node) =>
        graph.TypeOf(node.Output).Element.IsFloat && LinearLayer.TryMake(graph, node) is { IsDepthwise: true } layer ? new(graph, layer) : null;

    public object? NewScratch() => new float[_geometry.PaddedLength];

    public void Run(EvaluationSession session, object? scratch)
    {
        var padded = (float[])scratch!;
        _geometry.Place(session.Floats(_layer.X), padded);
        var y = session.Floats(_layer.Node.Output).AsSpan();
        var channels = _layer.Outputs;
        ref var x = ref MemoryMarshal.GetArrayDataReference(padded);
        ref var w = ref MemoryMarshal.GetArrayDataReference(_weights);
        Span<float> lanes = stackalloc float[Lanes];
        for (var pixel = 0; pixel < _geometry.PixelOffsets.Length; pixel++)
        {
            for (var first = 0; first < channels; first += Lanes)
            {
                var sum = Vector512.Create(_start.AsSpan(first, Lanes));
                var origin = _geometry.PixelOffsets[pixel] + first;
                for (var t = 0; t < _geometry.TapOffsets.Length; t++)
                {
                    sum = Vector512.FusedMultiplyAdd(
                        Vector512.LoadUnsafe(ref x, (nuint)(origin + _geometry.TapOffsets[t])),
                        Vector512.LoadUnsafe(ref w, (nuint)((t * _geometry.PaddedChannels) + first)), sum);
                }
                sum.CopyTo(lanes);
                var target = y.Slice((pixel * channels) + first, Math.Min(Lanes, channels - first));
                for (var c = 0; c < target.Length; c++)
                    target[c] = MathF.Min(MathF.Max(lanes[c], _low), _high);
            }
        }
    }
}
