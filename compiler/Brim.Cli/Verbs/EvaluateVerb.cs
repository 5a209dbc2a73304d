using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Cli.Reports;
using Brim.Core.Diagnostics;
using Brim.Quantize;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim evaluate</c>: the accuracy of a model on labelled data.</summary>
[Verb("evaluate", HelpText = "Measure a model's accuracy on labelled data.")]
internal sealed class EvaluateVerb : IVerb
{
    /// <summary>What data specifications are.</summary>
    internal const string DataHelp = "cifar10:DIR, mnist:DIR, raw:FILE.bin,LABELS.csv[,type=i8|u8|i16|f32][,scale=S][,zp=Z] or npy:X.npy,Y.npy.";

    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX), quantized or float.")]
    public string Model { get; set; } = "";

    /// <summary>Data.</summary>
    [Option("data", Required = true, MetaValue = "SPEC",
        HelpText = DataHelp + " The test part where the set has one.")]
    public string Data { get; set; } = "";

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of text.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (ModelFile.Load(Model, context.Diagnostics) is not { } model || DataSpec.Open(Data, context.Diagnostics) is not { } opened)
            return context.Finish();
        using var data = opened;
        var input = model.Graph.TypeOf(model.Graph.Inputs[0]);
        if (model.Graph.Inputs.Length != 1 || input.Shape.ElementCount != data.Evaluation.SampleShape.ElementCount)
        {
            context.Diagnostics.Report(QuantizationDiagnostics.DataDoesNotFit, new SourceLocation(Data),
                $"samples have shape {data.Evaluation.SampleShape}, the model's {model.Graph.Inputs.Length} input(s) {input.Shape}");
            return context.Finish();
        }
        using var progress = new ProgressLine(context.Error, "evaluating", data.Evaluation.Count);
        var accuracy = Accuracy.Measure(new GraphEvaluator(model.Graph), data.Evaluation, progress, context.Cancellation);
        progress.Dispose();
        if (AsJson)
            Json.Write(context.Out, Report(accuracy));
        else
            Print(context.Out, accuracy);
        return context.Finish();
    }

    private static JsonObject Report(Accuracy a) => new()
    {
        ["top1"] = a.Top1,
        ["top5"] = a.Top5,
        ["samples"] = a.Samples,
        ["seconds"] = a.Seconds,
        ["perClass"] = new JsonArray([.. a.PerClass.Select(c => new JsonObject { ["samples"] = c.Samples, ["top1"] = 100.0 * c.Hits / Math.Max(c.Samples, 1) })]),
    };

    private static void Print(TextWriter writer, Accuracy a)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"top-1 {a.Top1:F2} %, top-5 {a.Top5:F2} % of {a.Samples} samples in {a.Seconds:F1} s"));
        for (var c = 0; c < a.PerClass.Length; c++)
        {
            var (samples, hits) = a.PerClass[c];
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  class {c,3}: {100.0 * hits / Math.Max(samples, 1),6:F2} % of {samples}"));
        }
    }
}
