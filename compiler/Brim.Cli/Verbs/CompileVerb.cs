using Brim.Cli.Reports;
using Brim.Compile.Emit;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim compile</c>: a model becomes a firmware library.</summary>
[Verb("compile", HelpText = "Compile a model to a C firmware library.")]
internal sealed class CompileVerb : IVerb
{
    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Target name.</summary>
    [Option("target", Required = true, MetaValue = "T", HelpText = "Target; `brim targets` lists them.")]
    public string Target { get; set; } = "";

    /// <summary>Output directory.</summary>
    [Option("output", Required = true, MetaValue = "DIR", HelpText = "Directory to write; replaced as a whole if Brim wrote it before.")]
    public string Output { get; set; } = "";

    /// <summary>Leave out the target's own kernels.</summary>
    [Option("portable", HelpText = "Use only the portable kernels, for comparison.")]
    public bool PortableOnly { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (Compilation.Run(Model, Target, PortableOnly, context) is not { } compilation
            || !OutputDirectory.Write(Output, compilation.Library.Files, context.Diagnostics))
        {
            return context.Finish();
        }
        var program = compilation.Compiled.Program;
        context.Out.WriteLine($"{compilation.Library.Names.Model} for {Target}: {program.Steps.Length} layers, "
            + $"arena {ConsoleTables.Count(program.ArenaBytes)} bytes, constants {ConsoleTables.Count(CEmitter.Constants(program).Sum(c => c.Bytes))} bytes -> {Output}");
        return context.Finish();
    }
}
