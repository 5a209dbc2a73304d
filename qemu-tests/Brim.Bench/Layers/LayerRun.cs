using System.Collections.Immutable;
using Brim.Cli;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Emit;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.Interpret;
using Brim.Emulation;

namespace Brim.Bench.Layers;

/// <summary>Compiles a graph of unrelated layers, runs it on the emulated target and compares every byte with the interpreter.</summary>
internal static class LayerRun
{
    private const int Inferences = 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    // Layers that share nothing have no order worth searching for.
    private static readonly PlanOptions Plan = new(InterfaceInArena: false, KeepOrder: true) { Effort = new PlanningEffort(1000, 100, 100, 1) };

    /// <summary>What was measured: the program's steps, their multiply-accumulates, and what each took.</summary>
    public static ImmutableArray<(KernelStep Step, long Macs, LayerMeasurement Measured)> Measure(
        Graph graph, Backend backend, string root, AccumulatorOptions? accumulators = null)
    {
        using var error = new StringWriter();
        var context = new CommandContext(TextWriter.Null, error, root);
        var lowered = StandardPipeline.Run(graph, new PassContext(context.Diagnostics));
        var choices = KernelSelector.Select(lowered, backend, context.Diagnostics, accumulators) ?? throw Failure(context, error);
        var compiled = new CompiledModel(graph, choices, ExecutionPlanner.Plan(lowered, [.. choices.Select(c => (c.Node, c.Call))], Plan));
        var info = new LibraryInfo(ProgramVersion.Current, new string('0', 64), backend.Target.Name);
        var library = CEmitter.Emit(compiled.Plan, new KernelSources(root), SelfTestVectors.Make(graph, 0, 1), info);
        var inputs = InferenceInputs.Seeded(graph, Inferences, 1);
        var measured = new FirmwareRun(new Compilation(backend, compiled, library), context, Limit).Execute(inputs) ?? throw Failure(context, error);
        byte[] expected = [.. inputs.SelectMany(i => GraphInterpreter.Run(graph, i).SelectMany(t => t.ToBytes()))];
        if (!expected.AsSpan().SequenceEqual(measured.Outputs.AsSpan()))
            throw new InvalidOperationException($"{graph.Name} on {backend.Target.Name}: outputs differ from the interpreter's");
        var layers = measured.Emulation!.Counts!.Layers.Where(l => l.Index >= 0).ToDictionary(l => l.Index);
        return [.. compiled.Program.Steps.Select((s, i) => (s, compiled.Program.Graph.MacsOf(s.Node), layers[i]))];
    }

    /// <summary>A rule's call for the only node of a graph; null if it declines.</summary>
    public static KernelCall? Lower(IKernelRule rule, Graph graph, Backend backend)
    {
        var lowered = StandardPipeline.Run(graph, new PassContext(new DiagnosticBag()));
        var node = new NodeView(lowered, lowered.Nodes.Single(), backend.Target);
        return rule.Match(node).Accepted ? rule.Lower(node, new LoweringContext("layer")) : null;
    }

    private static InvalidOperationException Failure(CommandContext context, StringWriter error)
    {
        context.Finish();
        return new InvalidOperationException(error.ToString());
    }
}
