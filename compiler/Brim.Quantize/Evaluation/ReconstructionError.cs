using System.Collections.Immutable;
using Brim.Quantize.Data;

namespace Brim.Quantize.Evaluation;

/// <summary>How well a network reproduces its input, and how well that tells normal samples from anomalous ones: the measure of autoencoders.</summary>
/// <param name="Errors">Mean squared difference between output and input of each sample, in real numbers.</param>
/// <param name="AreaUnderCurve">
/// Probability that an anomalous sample has a larger error than a normal one, ties counting half; null unless both kinds are there.
/// </param>
/// <param name="Normal">Samples with label 0.</param>
/// <param name="Anomalous">Samples with another label.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ReconstructionError(ImmutableArray<double> Errors, double? AreaUnderCurve, int Normal, int Anomalous, double Seconds)
{
    /// <summary>Mean squared error over all samples.</summary>
    public double Mean => Errors.IsEmpty ? 0 : Errors.Average();

    /// <summary>True if a network's output has the size of its input, so that the two can be compared.</summary>
    public static bool Applies(GraphEvaluator evaluator)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        var graph = evaluator.Graph;
        return graph.TypeOf(graph.Inputs[0]).Shape.ElementCount == graph.TypeOf(graph.Outputs[0]).Shape.ElementCount;
    }

    /// <summary>Measures the first output of a graph against its input.</summary>
    public static ReconstructionError Measure(GraphEvaluator evaluator, DataSource data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(data);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var output = evaluator.Graph.Outputs[0];
        var length = data.SampleShape.ElementCount;
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => (Wanted: new float[length], Got: new float[length])).ToArray();
        var errors = new double[data.Count];
        var labels = new int[data.Count];
        var done = 0;
        SampleLoop.Run([evaluator], data, (lane, i, sessions) =>
        {
            var (wanted, got) = lanes[lane];
            data.Read(i, wanted);
            sessions[0].CopyReals(output, got);
            double sum = 0;
            for (var k = 0; k < wanted.Length; k++)
                sum += ((double)got[k] - wanted[k]) * ((double)got[k] - wanted[k]);
            errors[i] = sum / wanted.Length;
            labels[i] = data.Label(i);
            progress?.Report(Interlocked.Increment(ref done));
        }, cancellation);
        var normal = errors.Where((_, i) => labels[i] == 0).ToArray();
        var anomalous = errors.Where((_, i) => labels[i] > 0).ToArray();
        return new([.. errors], AreaUnder(normal, anomalous), normal.Length, anomalous.Length, watch.Elapsed.TotalSeconds);
    }

    /// <summary>
    /// Area under the receiver operating characteristic, as the Mann-Whitney statistic: exact, as pairs and ties are counted in whole halves.
    /// </summary>
    /// <param name="normal">Scores that should be small.</param>
    /// <param name="anomalous">Scores that should be large.</param>
    /// <returns>0..1; null if either is empty.</returns>
    public static double? AreaUnder(IReadOnlyCollection<double> normal, IReadOnlyCollection<double> anomalous)
    {
        ArgumentNullException.ThrowIfNull(normal);
        ArgumentNullException.ThrowIfNull(anomalous);
        if (normal.Count == 0 || anomalous.Count == 0)
            return null;
        var sorted = normal.ToArray();
        Array.Sort(sorted);
        long halves = 0;
        foreach (var score in anomalous)
            halves += CountBelow(sorted, score, false) + (long)CountBelow(sorted, score, true);
        return halves / (2.0 * normal.Count * anomalous.Count);
    }

    // Number of sorted values less than a score, or less than or equal to it.
    private static int CountBelow(double[] sorted, double score, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < score || (orEqual && sorted[middle] == score))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
