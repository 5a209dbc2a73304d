using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Training;

/// <summary>
/// How far a quantized network is from its float network: the Kullback-Leibler divergence of the class probabilities (for networks that end
/// in a softmax; else the mean square relative to the output's variance), plus the relative mean square of the outputs of inner blocks.
/// </summary>
internal sealed class MatchingLoss
{
    private readonly int _output;
    private readonly bool _isClassifier;
    private readonly ImmutableArray<(int Id, double Weight)> _blocks;

    public MatchingLoss(Graph graph, double blockWeight, DataSource data)
    {
        var last = graph.Nodes[^1];
        _isClassifier = last.Op is Softmax;
        _output = _isClassifier ? last.Inputs[0] : graph.Outputs[0];
        // Where branches join, a block ends; networks without branches are matched at every layer that is followed by another.
        var joins = graph.Nodes.Where(n => n.Op is Add && n.Output != _output).Select(n => n.Output).ToArray();
        if (joins.Length == 0)
            joins = [.. graph.Nodes.Where(n => LinearLayer.TryMake(graph, n) is not null && n.Output != _output).Select(n => n.Output)];
        Matched = [.. joins, _output];
        var variances = Variances(graph, data);
        _blocks = [.. joins.Select(id => (id, blockWeight / joins.Length / variances[id]))];
        if (!_isClassifier)
            _blocks = _blocks.Add((_output, 1 / variances[_output]));
    }

    /// <summary>Values of the float network that are compared.</summary>
    public ImmutableArray<int> Matched { get; }

    /// <summary>The loss of one sample; adds its gradients to the lane.</summary>
    public double Apply(EvaluationSession teacher, TrainingLane student)
    {
        double loss = _isClassifier ? Divergence(teacher.Floats(_output), student.Rounded(_output), student.Gradient(_output)) : 0;
        foreach (var (id, weight) in _blocks)
        {
            ReadOnlySpan<float> wanted = teacher.Floats(id);
            // Compared before rounding: the rounding error of the value itself is noise that no weight can mend.
            var got = student.Raw(id);
            var gradient = student.RawGradient(id);
            var factor = weight / wanted.Length;
            double sum = 0;
            for (var i = 0; i < wanted.Length; i++)
            {
                double difference = got[i] - wanted[i];
                sum += difference * difference;
                gradient[i] += (float)(2 * factor * difference);
            }
            loss += factor * sum;
        }
        return loss;
    }

    private static double Divergence(ReadOnlySpan<float> wanted, ReadOnlySpan<float> got, Span<float> gradient)
    {
        var (p, q) = (Probabilities(wanted), Probabilities(got));
        double loss = 0;
        for (var i = 0; i < p.Length; i++)
        {
            loss += p[i] * Math.Log((p[i] + 1e-12) / (q[i] + 1e-12));
            gradient[i] += (float)(q[i] - p[i]);
        }
        return loss;
    }

    private static double[] Probabilities(ReadOnlySpan<float> logits)
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

    private Dictionary<int, double> Variances(Graph graph, DataSource data)
    {
        var session = new GraphEvaluator(graph, Matched).NewSession();
        var moments = Matched.ToDictionary(id => id, _ => (Sum: 0.0, Square: 0.0, Count: 0L));
        var sample = new float[data.SampleShape.ElementCount];
        for (var i = 0; i < Math.Min(data.Count, 64); i++)
        {
            data.Read(i, sample);
            session.Run(sample);
            foreach (var id in Matched)
            {
                var (sum, square, count) = moments[id];
                foreach (var v in session.Floats(id))
                    (sum, square, count) = (sum + v, square + ((double)v * v), count + 1);
                moments[id] = (sum, square, count);
            }
        }
        return moments.ToDictionary(p => p.Key, p =>
        {
            var (sum, square, count) = p.Value;
            return Math.Max((square / count) - (sum / count * (sum / count)), 1e-12);
        });
    }
}
