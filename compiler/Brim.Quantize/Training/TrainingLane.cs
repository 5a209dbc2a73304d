using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Training;

/// <summary>Forward and backward passes of a quantized network for one sample at a time, on one thread.</summary>
internal sealed class TrainingLane
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<int, ActivationScale> _scales;
    private readonly Dictionary<int, float[]> _raw = [];
    private readonly Dictionary<int, float[]> _rounded = [];
    private readonly Dictionary<int, float[]> _gradients = [];
    private readonly Dictionary<int, float[]> _rawGradients = [];
    private Random _random = new(0);
    private double _drop;

    public TrainingLane(Graph graph, IReadOnlyDictionary<int, TrainableLayer> layers, IReadOnlyDictionary<int, ActivationScale> scales)
    {
        (_graph, _scales) = (graph, scales);
        Passes = layers.ToDictionary(p => p.Key, p => new LayerPass(p.Value));
        ScaleGradients = scales.Keys.ToDictionary(id => id, _ => 0.0);
        foreach (var id in graph.Inputs.Concat(graph.Nodes.SelectMany(n => n.Outputs)))
        {
            var count = graph.TypeOf(id).Shape.ElementCount;
            (_raw[id], _rounded[id]) = (new float[count], new float[count]);
            (_gradients[id], _rawGradients[id]) = (new float[count], new float[count]);
        }
    }

    /// <summary>Layer passes by the id of the layer's result.</summary>
    public Dictionary<int, LayerPass> Passes { get; }

    /// <summary>Gradients of the logarithms of activation scales.</summary>
    public Dictionary<int, double> ScaleGradients { get; }

    /// <summary>True if every node between input and output has a backward pass here.</summary>
    public static bool Supports(Graph graph) => graph.Nodes.All(n => n.Op switch
    {
        Add a => n.Inputs.All(id => graph.TypeOf(id).Shape == graph.TypeOf(n.Output).Shape),
        Mean => GlobalMeanStep.IsGlobalMean(graph, n),
        Reshape => true,
        Softmax => graph.Outputs is [var y] && y == n.Output,
        _ => LinearLayer.TryMake(graph, n) is { } layer && LayerPass.Supports(layer),
    });

    /// <summary>A value after rounding.</summary>
    public ReadOnlySpan<float> Rounded(int id) => _rounded[id];

    /// <summary>A value before rounding.</summary>
    public ReadOnlySpan<float> Raw(int id) => _raw[id];

    /// <summary>The gradient that the loss adds to a rounded value.</summary>
    public Span<float> Gradient(int id) => _gradients[id];

    /// <summary>The gradient that the loss adds to a value before rounding.</summary>
    public Span<float> RawGradient(int id) => _rawGradients[id];

    public void Clear()
    {
        foreach (var pass in Passes.Values)
            pass.Clear();
        foreach (var id in ScaleGradients.Keys.ToArray())
            ScaleGradients[id] = 0;
    }

    /// <summary>Computes all values of a sample.</summary>
    /// <param name="sample">Real input.</param>
    /// <param name="drop">Probability that an activation is left unrounded.</param>
    /// <param name="seed">Chooses which.</param>
    public void Forward(ReadOnlySpan<float> sample, double drop = 0, int seed = 0)
    {
        (_drop, _random) = (drop, new Random(seed));
        foreach (var gradient in _gradients.Values.Concat(_rawGradients.Values))
            Array.Clear(gradient);
        sample.CopyTo(_raw[_graph.Inputs[0]]);
        Round(_graph.Inputs[0]);
        foreach (var node in _graph.Nodes.Where(n => n.Op is not Softmax))
        {
            Span<float> y = _raw[node.Output];
            ReadOnlySpan<float> x = _rounded[node.Inputs[0]];
            switch (node.Op)
            {
                case Add add:
                    ReadOnlySpan<float> b = _rounded[node.Inputs[1]];
                    var (low, high) = CodeRange.RealLimits(add.Activation);
                    for (var i = 0; i < y.Length; i++)
                        y[i] = MathF.Min(MathF.Max(x[i] + b[i], low), high);
                    break;
                case Mean:
                    y.Clear();
                    for (var i = 0; i < x.Length; i++)
                        y[i % y.Length] += x[i] * y.Length / x.Length;
                    break;
                case Reshape:
                    x.CopyTo(y);
                    break;
                default:
                    Passes[node.Output].Forward(x, y);
                    break;
            }
            Round(node.Output);
        }
    }

    public void Backward()
    {
        foreach (var node in _graph.Nodes.Reverse().Where(n => n.Op is not Softmax))
        {
            Span<float> gradient = _gradients[node.Output];
            if (_scales.TryGetValue(node.Output, out var scale))
                ScaleGradients[node.Output] += scale.Backward(_raw[node.Output], _rounded[node.Output], gradient);
            AddTo(gradient, _rawGradients[node.Output]);
            Span<float> inputGradient = _gradients[node.Inputs[0]];
            switch (node.Op)
            {
                case Add add:
                    MaskActivation(add.Activation, _raw[node.Output], gradient);
                    foreach (var id in node.Inputs)
                        AddTo(_gradients[id], gradient);
                    break;
                case Mean:
                    for (var i = 0; i < inputGradient.Length; i++)
                        inputGradient[i] += gradient[i % gradient.Length] * gradient.Length / inputGradient.Length;
                    break;
                case Reshape:
                    AddTo(inputGradient, gradient);
                    break;
                default:
                    MaskActivation(LinearLayer.TryMake(_graph, node)!.Activation, _raw[node.Output], gradient);
                    Passes[node.Output].Backward(gradient, _graph.Inputs.Contains(node.Inputs[0]) ? [] : inputGradient);
                    break;
            }
        }
    }

    private void Round(int id)
    {
        if (_scales.TryGetValue(id, out var scale))
            scale.Forward(_raw[id], _rounded[id], _graph.Inputs.Contains(id) ? 0 : _drop, _random);
        else
            _raw[id].CopyTo(_rounded[id], 0);
    }

    private static void MaskActivation(Activation activation, ReadOnlySpan<float> y, Span<float> gradient)
    {
        if (activation == Activation.None)
            return;
        var (low, high) = CodeRange.RealLimits(activation);
        for (var i = 0; i < gradient.Length; i++)
            gradient[i] = y[i] > low && y[i] < high ? gradient[i] : 0;
    }

    private static void AddTo(Span<float> target, ReadOnlySpan<float> source)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += source[i];
    }
}
