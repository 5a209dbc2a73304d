using System.Collections.Immutable;
using Brim.Cli.Reports;
using Brim.Core.Interpret;
using Brim.Core.IR;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim verify</c>: compile, build, emulate, compare with the interpreter byte for byte.</summary>
[Verb("verify", HelpText = "Compile a model, run it on the emulated target and compare every output byte with the interpreter.")]
internal sealed class VerifyVerb : CompilingVerb
{
    private const int DefaultInferences = 3;

    /// <summary>Input file.</summary>
    [Option("input", MetaValue = "FILE", HelpText = "Raw little-endian input tensors, several inferences concatenated; seeded random codes if absent.")]
    public string? Input { get; set; }

    /// <summary>Number of seeded inferences.</summary>
    [Option("inferences", Default = DefaultInferences, MetaValue = "N", HelpText = "Number of seeded inferences (1 to 10000) where no input file is given.")]
    public int Inferences { get; set; } = DefaultInferences;

    /// <summary>Seed.</summary>
    [Option("seed", Default = 1u, MetaValue = "S", HelpText = "Seed of the random inputs.")]
    public uint Seed { get; set; } = 1;

    /// <summary>Time limit.</summary>
    [Option("timeout", Default = 600, MetaValue = "SECONDS", HelpText = "Time limit of the emulation.")]
    public int TimeoutSeconds { get; set; } = 600;

    /// <summary>Print each layer's profile.</summary>
    [Option("layers", HelpText = "Print below the table where each layer's cycles go: functions and instruction classes.")]
    public bool Profile { get; set; }

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of tables.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    protected override int Execute(CompileRequest request, CommandContext context)
    {
        if (Inferences is < 1 or > 10000 || TimeoutSeconds < 1)
        {
            context.Error.WriteLine("brim: --inferences takes 1 to 10000, --timeout at least 1");
            return ExitCode.Usage;
        }
        if (Compilation.Run(request, context) is not { } compilation)
            return context.Finish();
        var graph = compilation.Compiled.Imported;
        var inputs = Input is null ? InferenceInputs.Seeded(graph, Inferences, Seed) : InferenceInputs.Read(graph, Input, context.Diagnostics);
        if (inputs is null || new FirmwareRun(compilation, context, TimeSpan.FromSeconds(TimeoutSeconds)).Execute(inputs.Value) is not { } measured)
            return context.Finish();

        var expected = Reference(graph, inputs.Value);
        var report = new VerificationReport(compilation, Target, measured, inputs.Value.Length, Mismatches(graph, expected, measured.Outputs));
        if (AsJson)
            Json.Write(context.Out, report.ToJson());
        else
        {
            report.Print(context.Out);
            new KernelReport(compilation.Compiled).PrintWide(context.Out, request.Accumulators);
        }
        if (Profile && !AsJson)
            report.PrintProfile(context.Out);
        var code = context.Finish();
        return code == ExitCode.Success && report.Mismatches.Count > 0 ? ExitCode.Mismatch : code;
    }

    /// <summary>The interpreter on both cores; inferences are independent.</summary>
    private static byte[] Reference(Graph graph, ImmutableArray<ImmutableArray<Tensor>> inputs) =>
        [.. inputs.AsParallel().AsOrdered().SelectMany(i => GraphInterpreter.Run(graph, i).SelectMany(t => t.ToBytes()))];

    /// <summary>Inferences whose outputs differ, with the first differing byte.</summary>
    private static List<OutputMismatch> Mismatches(Graph graph, byte[] expected, ImmutableArray<byte> actual)
    {
        var found = new List<OutputMismatch>();
        var size = checked((int)graph.Outputs.Sum(o => graph.TypeOf(o).Bytes));
        for (var n = 0; n < expected.Length / size; n++)
        {
            var want = expected.AsSpan(n * size, size);
            var have = actual.AsSpan(n * size, size);
            var at = want.CommonPrefixLength(have);
            if (at < size)
                found.Add(new OutputMismatch(n, at, want[at], have[at]));
        }
        return found;
    }
}
