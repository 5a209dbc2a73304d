using System.Numerics;
using System.Runtime.InteropServices;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Training;

/// <summary>Forward and backward pass of one layer for one sample, with the gradients that a lane sums up.</summary>
internal sealed class LayerPass
{
    private const int Block = FloatTiles.Channels;

    private readonly TrainableLayer _layer;
    private readonly LinearLayer _linear;
    private readonly ConvGeometry _geometry;
    private readonly ConvGeometry _transposed;
    private readonly float[] _padded;
    private readonly float[] _paddedGradient; // depthwise: of the padded input; dense: the spread result gradient
    private readonly float[] _blocked;        // result gradient with rows rounded up to whole blocks
    private readonly float[] _weightSums;     // [Cout / 16][K][16], or [tap][padded channel]
    private readonly float[] _noStart;
    private readonly int _stride;

    public LayerPass(TrainableLayer layer)
    {
        (_layer, _linear, _geometry) = (layer, layer.Linear, layer.Geometry);
        _stride = (_linear.Outputs + Block - 1) / Block * Block;
        // A tile of 8 weights may read past the last segment; what it reads is dropped.
        _padded = new float[_geometry.PaddedLength + Block];
        _transposed = Transposed();
        _paddedGradient = new float[(_linear.IsDepthwise ? _geometry.PaddedLength : _transposed.PaddedLength) + Block];
        _blocked = new float[_geometry.PixelOffsets.Length * _stride];
        _weightSums = new float[_linear.IsDepthwise ? layer.Columns * _geometry.PaddedChannels : _stride * layer.Columns];
        _noStart = new float[(_linear.Input[3] + Block - 1) / Block * Block];
        (WeightGradient, BiasGradient) = (new double[layer.Real.Length], new double[_linear.Outputs]);
    }

    /// <summary>Gradient of the real weights, row by row, summed since <see cref="Clear"/>.</summary>
    public double[] WeightGradient { get; }

    /// <summary>Gradient of the biases.</summary>
    public double[] BiasGradient { get; }

    public static bool Supports(LinearLayer layer) => layer is { Window: { DilationHeight: 1, DilationWidth: 1 }, Groups: 1 };

    public void Clear()
    {
        Array.Clear(WeightGradient);
        Array.Clear(BiasGradient);
    }

    /// <summary>y = activation(conv(x) + bias).</summary>
    public void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        var (low, high) = CodeRange.RealLimits(_linear.Activation);
        _geometry.Place(x, _padded);
        if (!_linear.IsDepthwise)
        {
            FloatConvStep.Correlate(_geometry, _padded, _layer.Forward, _layer.Start, y, _linear.Outputs, low, high);
            return;
        }
        var width = _geometry.PaddedChannels;
        Span<float> sums = stackalloc float[width];
        for (var p = 0; p < _geometry.PixelOffsets.Length; p++)
        {
            _layer.Start.AsSpan(0, width).CopyTo(sums);
            for (var t = 0; t < _layer.Columns; t++)
                AddProducts(sums, _padded.AsSpan(_geometry.PixelOffsets[p] + _geometry.TapOffsets[t], width), _layer.Forward.AsSpan(t * width, width));
            for (var c = 0; c < _linear.Outputs; c++)
                y[(p * _linear.Outputs) + c] = MathF.Min(MathF.Max(sums[c], low), high);
        }
    }

    /// <summary>Adds the gradient of x, given that of the sums before the activation; the input is the one of the last forward pass. An empty input gradient is not computed.</summary>
    public void Backward(ReadOnlySpan<float> gradient, Span<float> inputGradient)
    {
        for (var p = 0; p < _geometry.PixelOffsets.Length; p++)
        {
            var row = gradient.Slice(p * _linear.Outputs, _linear.Outputs);
            row.CopyTo(_blocked.AsSpan(p * _stride));
            for (var c = 0; c < row.Length; c++)
                BiasGradient[c] += row[c];
        }
        if (_linear.IsDepthwise)
            BackwardDepthwise(inputGradient);
        else
            BackwardDense(gradient, inputGradient);
    }

    private void BackwardDense(ReadOnlySpan<float> gradient, Span<float> inputGradient)
    {
        Span<float> tile = stackalloc float[8 * Block];
        for (var first = 0; first < _linear.Outputs; first += Block)
        {
            for (var s = 0; s < _geometry.SegmentOffsets.Length; s++)
            {
                for (var k = 0; k < _geometry.SegmentLength; k += 8)
                {
                    tile.Clear();
                    FloatTiles.Accumulate(_padded.AsSpan(_geometry.SegmentOffsets[s] + k), _geometry.PixelOffsets, _blocked.AsSpan(first), _stride, tile);
                    for (var i = 0; i < Math.Min(8, _geometry.SegmentLength - k); i++)
                    {
                        for (var c = 0; c < Math.Min(Block, _linear.Outputs - first); c++)
                            WeightGradient[((first + c) * _layer.Columns) + (s * _geometry.SegmentLength) + k + i] += tile[(i * Block) + c];
                    }
                }
            }
        }
        if (inputGradient.IsEmpty)
            return;
        var spread = _paddedGradient.AsSpan();
        for (var p = 0; p < _geometry.PixelOffsets.Length; p++)
        {
            var (row, column) = Math.DivRem(p, _geometry.OutputWidth);
            gradient.Slice(p * _linear.Outputs, _linear.Outputs).CopyTo(
                spread[_transposed.Interior(row * _linear.Window.StrideHeight, column * _linear.Window.StrideWidth)..]);
        }
        var result = new float[inputGradient.Length];
        FloatConvStep.Correlate(_transposed, spread, _layer.Backward, _noStart, result, _linear.Input[3], float.NegativeInfinity, float.PositiveInfinity);
        for (var i = 0; i < result.Length; i++)
            inputGradient[i] += result[i];
    }

    private void BackwardDepthwise(Span<float> inputGradient)
    {
        var width = _geometry.PaddedChannels;
        Array.Clear(_paddedGradient);
        Array.Clear(_weightSums);
        for (var p = 0; p < _geometry.PixelOffsets.Length; p++)
        {
            var g = _blocked.AsSpan(p * _stride, width);
            for (var t = 0; t < _layer.Columns; t++)
            {
                var at = _geometry.PixelOffsets[p] + _geometry.TapOffsets[t];
                AddProducts(_weightSums.AsSpan(t * width, width), _padded.AsSpan(at, width), g);
                AddProducts(_paddedGradient.AsSpan(at, width), _layer.Forward.AsSpan(t * width, width), g);
            }
        }
        for (var i = 0; i < WeightGradient.Length; i++)
            WeightGradient[i] += _weightSums[(i % _layer.Columns * width) + (i / _layer.Columns)];
        if (!inputGradient.IsEmpty)
            _geometry.AddInterior(_paddedGradient, inputGradient);
    }

    /// <summary>The transposed convolution as a plain one over the result's gradient, spread out by the strides.</summary>
    private ConvGeometry Transposed()
    {
        var (w, kh, kw) = (_linear.Window, _linear.KernelHeight, _linear.KernelWidth);
        var (height, width) = (((_geometry.OutputHeight - 1) * w.StrideHeight) + 1, ((_geometry.OutputWidth - 1) * w.StrideWidth) + 1);
        var window = new Window2D(1, 1, kh - 1 - w.PadTop, kw - 1 - w.PadLeft,
            _linear.Input[1] - height + w.PadTop, _linear.Input[2] - width + w.PadLeft);
        return new ConvGeometry([1, height, width, _linear.Outputs], window, kh, kw);
    }

    private static void AddProducts(Span<float> sums, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        // Widths are multiples of 16 and therefore of any vector.
        var s = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (var i = 0; i < s.Length; i++)
            s[i] += x[i] * y[i];
    }
}
