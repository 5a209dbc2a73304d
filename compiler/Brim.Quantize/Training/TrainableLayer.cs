using Brim.Core.IR;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Training;

/// <summary>
/// The parameters of a layer that is trained: latent weights in units of their scale, which round to codes; logarithms of the scales
/// relative to where they started; biases. Gradients pass straight through the rounding (LSQ, arXiv 1902.08153).
/// </summary>
internal sealed class TrainableLayer
{
    private readonly Adam _weights;
    private readonly Adam _scales;
    private readonly Adam _bias;
    private readonly double[] _startScales;
    private readonly int _bits;
    private readonly int _limit;
    private readonly bool _rounds;
    private readonly LayerBound? _bound;
    private readonly int[] _codes;

    /// <param name="graph">The float graph.</param>
    /// <param name="node">The layer.</param>
    /// <param name="start">Codes and scales to start from.</param>
    /// <param name="rounds">False trains real weights from the float ones; the grid is then only the unit of steps.</param>
    /// <param name="bound">Accumulator that the codes must fit after every step; null for none.</param>
    public TrainableLayer(Graph graph, Node node, LayerQuantization start, bool rounds = true, LayerBound? bound = null)
    {
        (_rounds, _bound) = (rounds, bound);
        _codes = new int[start.Codes.Elements.Length];
        Linear = LinearLayer.TryMake(graph, node)!;
        Geometry = Linear.Geometry(Linear.IsDepthwise ? FloatTiles.Channels : 1);
        (_bits, _limit) = (start.Grid.Bits, start.Grid.Limit);
        Columns = start.Codes.Columns;
        _startScales = [.. start.Grid.Scales];
        _weights = new Adam(start.Codes.Elements.Length);
        _scales = new Adam(Linear.Outputs);
        _bias = new Adam(Linear.Outputs);
        start.Bias.CopyTo(_bias.Values);
        var floats = FloatWeights.ToMatrix(Linear, graph[Linear.W].Constant!.Floats);
        for (var r = 0; r < Linear.Outputs; r++)
        {
            for (var k = 0; k < Columns; k++)
            {
                if (!rounds)
                {
                    _weights.Values[(r * Columns) + k] = floats[r, k] / _startScales[r];
                    continue;
                }
                // The latent weight leans towards the float weight, but rounds to the code the training starts from.
                var code = start.Codes[r, k];
                _weights.Values[(r * Columns) + k] = code + (0.9 * Math.Clamp((floats[r, k] / _startScales[r]) - code, -0.5, 0.5));
            }
        }
        Real = new float[start.Codes.Elements.Length];
        Refresh();
    }

    public LinearLayer Linear { get; }

    public ConvGeometry Geometry { get; }

    /// <summary>Weights a row.</summary>
    public int Columns { get; }

    /// <summary>Scale times code, row by row.</summary>
    public float[] Real { get; }

    /// <summary>Forward weights: packed for tiles, or [tap][padded channel] for depthwise layers.</summary>
    public float[] Forward { get; private set; } = [];

    /// <summary>Weights of the transposed convolution, packed; empty for depthwise layers.</summary>
    public float[] Backward { get; private set; } = [];

    /// <summary>Biases, rounded up to whole blocks.</summary>
    public float[] Start { get; private set; } = [];

    /// <summary>Biases as trained so far.</summary>
    public ReadOnlySpan<double> Bias => _bias.Values;

    /// <summary>The layer as trained so far.</summary>
    public LayerQuantization ToQuantization()
    {
        var codes = new WeightCodes(Linear.Outputs, Columns);
        _codes.CopyTo(codes.Elements, 0);
        return new(codes, new WeightGrid(_bits, [.. Enumerable.Range(0, Linear.Outputs).Select(Scale)]), [.. _bias.Values]);
    }

    /// <summary>One step of all parameters.</summary>
    /// <param name="gradient">Of the real weights, row by row.</param>
    /// <param name="biasGradient">Of the biases.</param>
    /// <param name="options">Rates.</param>
    /// <param name="factor">Decay of the rates.</param>
    /// <param name="biasUnit">Scale of the layer's result.</param>
    public void Step(double[] gradient, double[] biasGradient, TrainingOptions options, double factor, double biasUnit)
    {
        var scaleGradient = new double[Linear.Outputs];
        for (var r = 0; r < Linear.Outputs; r++)
        {
            var scale = Scale(r);
            for (var k = 0; k < Columns; k++)
            {
                var i = (r * Columns) + k;
                var latent = _weights.Values[i];
                var inside = !_rounds || Math.Abs(latent) <= _limit + 0.5;
                // d(scale * round(latent)) / d(log scale) with latent * scale held fixed: scale * (round(latent) - latent) inside the range.
                scaleGradient[r] += gradient[i] * scale * (inside ? Code(i) - latent : Code(i));
                gradient[i] = inside ? gradient[i] * scale : 0;
            }
        }
        _weights.Step(gradient, options.WeightRate * factor);
        if (_rounds && _bound is not { HasFixedScales: true })
            _scales.Step(scaleGradient, options.WeightScaleRate * factor);
        _bias.Step(biasGradient, options.BiasRate * biasUnit * factor);
        Refresh();
    }

    private double Scale(int row) => _startScales[row] * Math.Exp(_scales.Values[row]);

    /// <summary>The weight in units of its scale: a code, or the latent weight itself where nothing is rounded.</summary>
    private double Code(int index) => _rounds ? _codes[index] : _weights.Values[index];

    private void Round()
    {
        for (var r = 0; r < Linear.Outputs; r++)
        {
            var latent = _weights.Values.AsSpan(r * Columns, Columns);
            var codes = _codes.AsSpan(r * Columns, Columns);
            if (_bound is not null)
            {
                _bound.Round(latent, codes, _limit, _bias.Values[r] / Scale(r));
                continue;
            }
            for (var k = 0; k < codes.Length; k++)
                codes[k] = (int)Math.Clamp(Math.Round(latent[k]), -_limit, _limit);
        }
    }

    private void Refresh()
    {
        if (_rounds)
            Round();
        for (var i = 0; i < Real.Length; i++)
            Real[i] = (float)(Scale(i / Columns) * Code(i));
        Start = new float[(Linear.Outputs + FloatTiles.Channels - 1) / FloatTiles.Channels * FloatTiles.Channels];
        for (var r = 0; r < Linear.Outputs; r++)
            Start[r] = (float)_bias.Values[r];
        if (Linear.IsDepthwise)
        {
            var width = Geometry.PaddedChannels;
            Forward = new float[Columns * width];
            for (var i = 0; i < Real.Length; i++)
                Forward[(i % Columns * width) + (i / Columns)] = Real[i];
            return;
        }
        Forward = FloatTiles.Pack(Real, Linear.Outputs, Columns);
        // Rows are input channels; taps in reverse; columns output channels.
        var (taps, inputs, outputs) = (Linear.KernelHeight * Linear.KernelWidth, Linear.Input[3], Linear.Outputs);
        var transposed = new float[Real.Length];
        for (var i = 0; i < Real.Length; i++)
        {
            var (row, tap, channel) = (i / Columns, i % Columns / inputs, i % inputs);
            transposed[(((channel * taps) + (taps - 1 - tap)) * outputs) + row] = Real[i];
        }
        Backward = FloatTiles.Pack(transposed, inputs, taps * outputs);
    }
}
