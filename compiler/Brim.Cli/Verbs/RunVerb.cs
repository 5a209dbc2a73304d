using Brim.Core.Interpret;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim run</c>: the reference interpreter on raw tensor bytes.</summary>
[Verb("run", HelpText = "Run a model with the reference interpreter on raw tensor bytes.")]
internal sealed class RunVerb : IVerb
{
    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Input file.</summary>
    [Option("input", Required = true, MetaValue = "FILE", HelpText = "Raw little-endian input tensors, several inferences concatenated.")]
    public string Input { get; set; } = "";

    /// <summary>Output file.</summary>
    [Option("output", MetaValue = "FILE", HelpText = "Where the raw output tensors go; standard output if absent.")]
    public string? Output { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (ModelFile.Load(Model, context.Diagnostics) is not { } model
            || InferenceInputs.Read(model.Graph, Input, context.Diagnostics) is not { } inferences)
        {
            return context.Finish();
        }
        using var results = new MemoryStream();
        foreach (var inputs in inferences)
        {
            foreach (var tensor in GraphInterpreter.Run(model.Graph, inputs))
                results.Write(tensor.ToBytes());
        }
        if (Output is not null)
        {
            ModelFile.WriteBytes(Output, results.ToArray(), context.Diagnostics);
        }
        else
        {
            using var stdout = Console.OpenStandardOutput();
            results.WriteTo(stdout);
        }
        return context.Finish();
    }
}
