using System.Collections.Immutable;
using System.Globalization;
using Brim.Quantize.Data;

namespace Brim.Quantize.Evaluation;

/// <summary>Classification accuracy of a network.</summary>
/// <param name="Samples">Samples with a label.</param>
/// <param name="Top1Count">Samples whose largest output is the label; of equal outputs the first counts.</param>
/// <param name="Top5Count">Samples whose label is among the five largest outputs.</param>
/// <param name="PerClass">For each class: samples and top-1 hits.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record Accuracy(int Samples, int Top1Count, int Top5Count, ImmutableArray<(int Samples, int Hits)> PerClass, double Seconds)
{
    /// <summary>Top-1 accuracy in percent.</summary>
    public double Top1 => 100.0 * Top1Count / Math.Max(Samples, 1);

    /// <summary>Top-5 accuracy in percent.</summary>
    public double Top5 => 100.0 * Top5Count / Math.Max(Samples, 1);

    /// <summary>Measures the first output of a graph.</summary>
    public static Accuracy Measure(GraphEvaluator evaluator, DataSource data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(data);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var output = evaluator.Graph.Outputs[0];
        var classes = (int)evaluator.Graph.TypeOf(output).Shape.ElementCount;
        var ranks = new int[data.Count];
        var labels = new int[data.Count];
        var reals = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => new float[classes]).ToArray();
        var done = 0;
        SampleLoop.Run([evaluator], data, (lane, i, sessions) =>
        {
            var scores = reals[lane];
            sessions[0].CopyReals(output, scores);
            labels[i] = data.Label(i);
            ranks[i] = labels[i] >= 0 && labels[i] < classes ? Rank(scores, labels[i]) : int.MaxValue;
            progress?.Report(Interlocked.Increment(ref done));
        }, cancellation);
        var perClass = Enumerable.Range(0, classes).Select(c => (labels.Count(l => l == c), labels.Zip(ranks).Count(p => p.First == c && p.Second == 0))).ToImmutableArray();
        return new(labels.Count(l => l >= 0), ranks.Count(r => r == 0), ranks.Count(r => r < 5), perClass, watch.Elapsed.TotalSeconds);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"top1 {Top1:F2} % of {Samples}");

    private static int Rank(ReadOnlySpan<float> scores, int label)
    {
        var rank = 0;
        for (var i = 0; i < scores.Length; i++)
            rank += scores[i] > scores[label] || (scores[i] == scores[label] && i < label) ? 1 : 0;
        return rank;
    }
}
