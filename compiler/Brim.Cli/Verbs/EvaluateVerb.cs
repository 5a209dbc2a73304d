using Brim.Cli.Reports;
using Brim.Core.Diagnostics;
using Brim.Quantize;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim evaluate</c>: the accuracy of a model on labelled data.</summary>
[Verb("evaluate", HelpText = "Measure a model on data: accuracy of a classifier, error and AUC of an autoencoder.")]
internal sealed class EvaluateVerb : IVerb
{
    /// <summary>What data specifications are.</summary>
    internal const string DataHelp =
        "cifar10:DIR, mnist:DIR, raw:FILE.bin,LABELS.csv[,type=i8|u8|i16|f32], each with [,scale=S][,zp=Z] (the model gets S * (code - Z)), or npy:X.npy,Y.npy.";

    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX), quantized or float.")]
    public string Model { get; set; } = "";

    /// <summary>Data.</summary>
    [Option("data", Required = true, MetaValue = "SPEC", HelpText = DataHelp + " The test part where the set has one.")]
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
        if (Measure(new GraphEvaluator(model.Graph), data.Evaluation, context) is { } report)
        {
            if (AsJson)
                Json.Write(context.Out, report.ToJson());
            else
                report.Print(context.Out);
        }
        return context.Finish();
    }

    private EvaluationReport? Measure(GraphEvaluator evaluator, DataSource data, CommandContext context)
    {
        using var progress = new ProgressLine(context.Error, "evaluating", data.Count);
        if (ReconstructionError.Applies(evaluator))
            return new EvaluationReport.Reconstruction(ReconstructionError.Measure(evaluator, data, progress, context.Cancellation));
        var classes = evaluator.Graph.TypeOf(evaluator.Graph.Outputs[0]).Shape.ElementCount;
        var highest = Enumerable.Range(0, data.Count).Select(data.Label).DefaultIfEmpty(-1).Max();
        if (highest < 0 || highest >= classes)
        {
            context.Diagnostics.Report(QuantizationDiagnostics.UnusableLabels, new SourceLocation(Data), highest < 0
                ? "the data have no labels, and the model's output does not have the shape of its input"
                : $"label {highest} is beyond the model's {classes} outputs");
            return null;
        }
        return new EvaluationReport.Classification(Accuracy.Measure(evaluator, data, progress, context.Cancellation));
    }
}
