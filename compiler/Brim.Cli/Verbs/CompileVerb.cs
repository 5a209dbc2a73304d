using System.Text.Json.Nodes;
using Brim.Cli.Reports;
using Brim.Compile.Emit;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim compile</c>: a model becomes a firmware library.</summary>
[Verb("compile", HelpText = "Compile a model to a C firmware library.")]
internal sealed class CompileVerb : CompilingVerb
{
    /// <summary>Output directory.</summary>
    [Option("output", Required = true, MetaValue = "DIR", HelpText = "Directory to write; replaced as a whole if Brim wrote it before.")]
    public string Output { get; set; } = "";

    /// <summary>Print the choice of kernels.</summary>
    [Option("explain", HelpText = "Print for every layer which kernel was chosen and why the others were not.")]
    public bool Explain { get; set; }

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of text.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    protected override int Execute(CompileRequest request, CommandContext context)
    {
        if (Compilation.Run(request, context) is not { } compilation
            || !OutputDirectory.Write(Output, compilation.Library.Files, context.Diagnostics))
        {
            return context.Finish();
        }
        var program = compilation.Compiled.Program;
        var constantBytes = CEmitter.Constants(program).Sum(c => c.Bytes);
        var kernels = new KernelReport(compilation.Compiled);
        if (AsJson)
        {
            Json.Write(context.Out, new JsonObject
            {
                ["model"] = compilation.Library.Names.Model,
                ["target"] = Target,
                ["arenaBytes"] = program.ArenaBytes,
                ["constantBytes"] = constantBytes,
                ["kernels"] = Explain ? kernels.ToJson() : null,
            });
            return context.Finish();
        }
        if (Explain)
            kernels.Print(context.Out);
        kernels.PrintWide(context.Out, request.Accumulators);
        context.Out.WriteLine($"{compilation.Library.Names.Model} for {Target}: {program.Steps.Length} layers, "
            + $"arena {ConsoleTables.Count(program.ArenaBytes)} bytes, constants {ConsoleTables.Count(constantBytes)} bytes -> {Output}");
        return context.Finish();
    }
}
