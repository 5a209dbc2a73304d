using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// How far the output of a network is from that of a float network, without labels: the mean Kullback-Leibler divergence of the class
/// probabilities for networks that end in a softmax, else the squared error relative to the float outputs' variance.
/// </summary>
public sealed class OutputDivergence
{
    private readonly DataSource _data;
    private readonly float[] _wanted; // outputs of the float network, sample after sample
    private readonly int _length;
    private readonly double _variance;

    /// <summary>Evaluates the float network once.</summary>
    /// <param name="teacher">The float network.</param>
    /// <param name="data">Samples to compare on; labels are not read. Outputs are kept in memory.</param>
    /// <param name="cancellation">Stops between samples.</param>
    public OutputDivergence(Graph teacher, DataSource data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        Output = OutputOf(teacher);
        IsClassifier = teacher.Nodes[^1].Op is Softmax;
        _length = (int)teacher.TypeOf(Output).Shape.ElementCount;
        _wanted = new float[data.Count * _length];
        SampleLoop.Run([new GraphEvaluator(teacher, [Output])], data, (_, i, sessions) => sessions[0].Floats(Output).CopyTo(_wanted.AsSpan(i * _length)), cancellation);
        double sum = 0, square = 0;
        foreach (var v in _wanted)
            (sum, square) = (sum + v, square + ((double)v * v));
        _variance = Math.Max((square / _wanted.Length) - Math.Pow(sum / _wanted.Length, 2), 1e-12);
    }

    /// <summary>Id of the value that is compared: the first output, or what its softmax reads.</summary>
    public int Output { get; }

    /// <summary>True if probabilities of classes are compared.</summary>
    public bool IsClassifier { get; }

    /// <summary>The value by which a network's outputs are compared.</summary>
    public static int OutputOf(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes[^1] is { Op: Softmax } last ? last.Inputs[0] : graph.Outputs[0];
    }

    /// <summary>exp(v_i) / sum exp(v_j).</summary>
    public static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        var result = new double[logits.Length];
        double max = double.NegativeInfinity, sum = 0;
        foreach (var v in logits)
            max = Math.Max(max, v);
        for (var i = 0; i < result.Length; i++)
            sum += result[i] = Math.Exp(logits[i] - max);
        for (var i = 0; i < result.Length; i++)
            result[i] /= sum;
        return result;
    }

    /// <summary>sum p log(p / q).</summary>
    public static double Divergence(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        double sum = 0;
        for (var i = 0; i < p.Length; i++)
            sum += p[i] * Math.Log((p[i] + 1e-12) / (q[i] + 1e-12));
        return sum;
    }

    /// <summary>Measures a network with the same value ids, float or integer.</summary>
    /// <param name="evaluator">Computes <see cref="Output"/>.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <returns>The mean divergence, and the fraction of samples on which the largest outputs agree.</returns>
    public (double Divergence, double Agreement) Measure(GraphEvaluator evaluator, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        var lanes = new (double Divergence, int Agreed)[SampleLoop.Lanes];
        var outputs = lanes.Select(_ => new float[_length]).ToArray();
        SampleLoop.Run([evaluator], _data, (lane, i, sessions) =>
        {
            ReadOnlySpan<float> wanted = _wanted.AsSpan(i * _length, _length);
            var got = outputs[lane];
            sessions[0].CopyReals(Output, got);
            lanes[lane].Divergence += IsClassifier ? Divergence(Probabilities(wanted), Probabilities(got)) : SquaredError(wanted, got) / (_length * _variance);
            lanes[lane].Agreed += Largest(wanted) == Largest(got) ? 1 : 0;
        }, cancellation);
        return (lanes.Sum(l => l.Divergence) / _data.Count, lanes.Sum(l => l.Agreed) / (double)_data.Count);
    }

    private static double SquaredError(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Pow((double)a[i] - b[i], 2);
        return sum;
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }
}
