using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Quantize.Evaluation;

namespace Brim.Cli.Reports;

/// <summary>What <c>brim evaluate</c> found.</summary>
internal abstract record EvaluationReport
{
    /// <summary>The report for machines.</summary>
    public abstract JsonObject ToJson();

    /// <summary>The report for people.</summary>
    public abstract void Print(TextWriter writer);

    /// <summary>Of a classifier.</summary>
    internal sealed record Classification(Accuracy Accuracy) : EvaluationReport
    {
        /// <inheritdoc/>
        public override JsonObject ToJson() => new()
        {
            ["top1"] = Accuracy.Top1,
            ["top5"] = Accuracy.Top5,
            ["samples"] = Accuracy.Samples,
            ["seconds"] = Accuracy.Seconds,
            ["perClass"] = new JsonArray([.. Accuracy.PerClass.Select(c => new JsonObject { ["samples"] = c.Samples, ["top1"] = 100.0 * c.Hits / Math.Max(c.Samples, 1) })]),
        };

        /// <inheritdoc/>
        public override void Print(TextWriter writer)
        {
            var a = Accuracy;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"top-1 {a.Top1:F2} %, top-5 {a.Top5:F2} % of {a.Samples} samples in {a.Seconds:F1} s"));
            for (var c = 0; c < a.PerClass.Length; c++)
            {
                var (samples, hits) = a.PerClass[c];
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  class {c,3}: {100.0 * hits / Math.Max(samples, 1),6:F2} % of {samples}"));
            }
        }
    }

    /// <summary>Of an autoencoder.</summary>
    internal sealed record Reconstruction(ReconstructionError Error) : EvaluationReport
    {
        /// <inheritdoc/>
        public override JsonObject ToJson() => new()
        {
            ["mse"] = Error.Mean,
            ["auc"] = Error.AreaUnderCurve,
            ["samples"] = Error.Errors.Length,
            ["normal"] = Error.Normal,
            ["anomalous"] = Error.Anomalous,
            ["seconds"] = Error.Seconds,
            ["errors"] = new JsonArray([.. Error.Errors.Select(e => (JsonNode)e)]),
        };

        /// <inheritdoc/>
        public override void Print(TextWriter writer)
        {
            var sorted = Error.Errors.Sort();
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"mean squared error {Error.Mean:G6} over {sorted.Length} samples in {Error.Seconds:F1} s (smallest {sorted[0]:G4}, median {sorted[sorted.Length / 2]:G4}, largest {sorted[^1]:G4})"));
            writer.WriteLine(Error.AreaUnderCurve is { } area
                ? string.Create(CultureInfo.InvariantCulture, $"AUC {area:F4} of {Error.Normal} normal and {Error.Anomalous} anomalous samples")
                : "no AUC: that takes samples labelled normal (0) and anomalous (1)");
        }
    }
}
