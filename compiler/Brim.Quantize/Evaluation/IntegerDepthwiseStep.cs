using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A depthwise convolution on codes of up to 8 bits, 16 channels at a time.</summary>
internal sealed class IntegerDepthwiseStep : IEvaluationStep
{
    private const int Lanes = 16;

    private readonly LinearLayer _layer;
    private readonly ConvGeometry _geometry;
    private readonly int[] _weights; // [tap][padded channel]
    private readonly int[] _start;
    private readonly int _offset;
    private readonly int _border;
    private readonly RowRequantizer _requantizer;

    private IntegerDepthwiseStep(Graph graph, LinearLayer layer)
    {
        _layer = layer;
        _geometry = layer.Geometry(Lanes);
        var (x, w, y) = (graph.TypeOf(layer.X), graph[layer.W].Constant!, graph.TypeOf(layer.Node.Output));
        var width = _geometry.PaddedChannels;
        _weights = new int[_geometry.TapOffsets.Length * width];
        for (var t = 0; t < _geometry.TapOffsets.Length; t++)
            w.Codes.AsSpan(t * layer.Outputs, layer.Outputs).CopyTo(_weights.AsSpan(t * width));
        _start = IntegerConvStep.Start(graph, layer);
        (_offset, _border) = (layer.ZeroPointFolded ? 0 : x.Quant!.ZeroPoint, layer.ZeroPointFolded ? x.Quant!.ZeroPoint : 0);
        _requantizer = new RowRequantizer(Requantizer.ForConvolution(layer.Requantization, x.Quant!, w.Type.Quant!, y, layer.Outputs, layer.Activation));
    }

    public static IntegerDepthwiseStep? TryMake(Graph graph, Node node) =>
        LinearLayer.TryMake(graph, node) is { IsDepthwise: true } layer && IntegerConvStep.IsNarrow(graph, layer) ? new(graph, layer) : null;

    public object? NewScratch()
    {
        var padded = new int[_geometry.PaddedLength];
        Array.Fill(padded, _border);
        return padded;
    }

    public void Run(EvaluationSession session, object? scratch)
    {
        var padded = (int[])scratch!;
        Place(session.Codes(_layer.X), padded);
        var y = session.Codes(_layer.Node.Output).AsSpan();
        var channels = _layer.Outputs;
        ref var x = ref MemoryMarshal.GetArrayDataReference(padded);
        ref var w = ref MemoryMarshal.GetArrayDataReference(_weights);
        Span<int> sums = stackalloc int[Lanes];
        for (var pixel = 0; pixel < _geometry.PixelOffsets.Length; pixel++)
        {
            for (var first = 0; first < channels; first += Lanes)
            {
                var sum = Vector512.Create(_start.AsSpan(first, Lanes));
                var origin = _geometry.PixelOffsets[pixel] + first;
                for (var t = 0; t < _geometry.TapOffsets.Length; t++)
                {
                    sum += Vector512.LoadUnsafe(ref x, (nuint)(origin + _geometry.TapOffsets[t]))
                        * Vector512.LoadUnsafe(ref w, (nuint)((t * _geometry.PaddedChannels) + first));
                }
                sum.CopyTo(sums);
                _requantizer.Apply(sums, first, y.Slice((pixel * channels) + first, Math.Min(Lanes, channels - first)));
            }
        }
    }

    private void Place(ReadOnlySpan<int> x, Span<int> padded)
    {
        var (depth, repeat) = (_geometry.Channels, _geometry.Repeat);
        for (var row = 0; row < _geometry.Height; row++)
        {
            for (var column = 0; column < _geometry.Width; column++)
            {
                var source = x.Slice(((row * _geometry.Width) + column) * depth, depth);
                var target = padded.Slice(_geometry.Interior(row, column), depth * repeat);
                for (var c = 0; c < target.Length; c++)
                    target[c] = source[repeat == 1 ? c : c / repeat] - _offset;
            }
        }
    }
}
