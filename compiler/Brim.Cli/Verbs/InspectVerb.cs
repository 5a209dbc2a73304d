using System.Text.Json.Nodes;
using Brim.Cli.Reports;
using Brim.Compile;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Networks;
using CommandLine;
using Spectre.Console;

namespace Brim.Cli.Verbs;

/// <summary><c>brim inspect</c>: what a model is, what of it is left after the passes, and where its tensors would lie.</summary>
[Verb("inspect", HelpText = "Show a model's operators, shapes, multiply-accumulates, parameters and memory map.")]
internal sealed class InspectVerb : IVerb
{
    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Target of the memory map.</summary>
    [Option("target", Default = TargetCatalog.DefaultTarget, MetaValue = "T", HelpText = "Target whose kernels decide scratch and overlaps in the memory map.")]
    public string Target { get; set; } = TargetCatalog.DefaultTarget;

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of tables.")]
    public bool AsJson { get; set; }

    /// <summary>Print the graph after a pass.</summary>
    [Option("after-transform", MetaValue = "PASS", HelpText = "Print the graph as it is after each run of a pass (`list` names the passes; `import` is the graph before all).")]
    public string? AfterTransform { get; set; }

    /// <summary>Print accumulator widths.</summary>
    [Option("accumulators", HelpText = "Show, for each layer of a quantized model, what each published bound says its accumulator needs.")]
    public bool Accumulators { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (ModelFile.Load(Model, context.Diagnostics) is not { } model
            || TargetCatalog.Find(Target, context.Root, false, context.Diagnostics) is not { } backend)
        {
            return context.Finish();
        }
        if (AfterTransform is not null)
            return PrintAfter(context, model.Graph, AfterTransform);
        if (Accumulators)
            return PrintAccumulators(context, model.Graph);
        // A float graph has no firmware; it can still be inspected without a memory map.
        var isFloat = model.Graph.Nodes.Any(n => n.Outputs.All(o => model.Graph.TypeOf(o).Element.IsFloat) && n.Op is not Core.IR.Ops.Dequantize);
        var compiled = isFloat ? null : ModelCompiler.Compile(model.Graph, backend, context.Diagnostics);
        if (context.Diagnostics.HasErrors)
            return context.Finish();
        if (AsJson)
            Json.Write(context.Out, Report(model.Graph, compiled));
        else
            Print(context, model.Graph, compiled);
        return context.Finish();
    }

    private static int PrintAfter(CommandContext context, Graph graph, string pass)
    {
        string[] names = ["import", .. StandardPipeline.Passes.Select(p => p.Name).Distinct()];
        if (pass == "list")
        {
            foreach (var name in names)
                context.Out.WriteLine(name);
            return ExitCode.Success;
        }
        if (!names.Contains(pass))
        {
            context.Error.WriteLine($"brim: '{pass}' is no pass; one of: list, {string.Join(", ", names)}");
            return ExitCode.Usage;
        }
        if (pass == names[0])
            context.Out.Write(GraphPrinter.Print(graph));
        StandardPipeline.Run(graph, new PassContext(context.Diagnostics), (p, after) =>
        {
            if (p.Name == pass)
                context.Out.Write(GraphPrinter.Print(after));
        });
        return context.Finish();
    }

    private int PrintAccumulators(CommandContext context, Graph graph)
    {
        var report = new AccumulatorReport(graph.Name, LayerAccumulator.Of(graph));
        if (report.Layers.IsEmpty)
            context.Diagnostics.Report(CliDiagnostics.NothingQuantized, new SourceLocation(Model), "no layer multiplies integer codes by constant weight codes");
        else if (AsJson)
            Json.Write(context.Out, report.ToJson());
        else
            report.Print(context.Out);
        return context.Finish();
    }

    private static long Parameters(Graph graph) => graph.Values.Values.Where(v => v.IsConstant).Sum(v => v.Type.Shape.ElementCount);

    private static long Macs(Graph graph) => graph.Nodes.Sum(graph.MacsOf);

    private static JsonObject Report(Graph graph, CompiledModel? compiled)
    {
        var layers = LayerNames.Of(graph);
        var json = new JsonObject
        {
            ["model"] = graph.Name,
            ["inputs"] = Tensors(graph, graph.Inputs),
            ["outputs"] = Tensors(graph, graph.Outputs),
            ["macs"] = Macs(graph),
            ["liveMacs"] = compiled is null ? Macs(graph) : Macs(compiled.Program.Graph),
            ["parameters"] = Parameters(graph),
            ["nodes"] = new JsonArray([.. graph.Nodes.Select(n => new JsonObject
            {
                ["name"] = n.Name,
                ["layer"] = layers.GetValueOrDefault(n.Output),
                ["op"] = n.Op.Mnemonic,
                ["location"] = n.Location.Place,
                ["inputs"] = new JsonArray([.. n.Inputs.Where(i => i != Value.None && !graph[i].IsConstant).Select(i => (JsonNode)graph.TypeOf(i).ToString())]),
                ["output"] = graph.TypeOf(n.Output).ToString(),
                ["macs"] = graph.MacsOf(n),
            })]),
        };
        if (compiled is not null)
        {
            json["arenaBytes"] = compiled.Program.ArenaBytes;
            json["arenaLowerBound"] = compiled.Plan.Memory.LowerBoundBytes;
            json["memoryMap"] = new JsonArray([.. compiled.Plan.Memory.Blocks.Select(e => new JsonObject
            {
                ["name"] = e.Name,
                ["kind"] = e.Kind.ToString().ToLowerInvariant(),
                ["offset"] = e.Offset,
                ["bytes"] = e.Bytes,
                ["firstLayer"] = e.FirstStep,
                ["lastLayer"] = e.LastStep,
            })]);
        }
        return json;
    }

    private static JsonArray Tensors(Graph graph, IEnumerable<int> ids) =>
        new([.. ids.Select(id => new JsonObject { ["name"] = graph[id].Name, ["type"] = graph.TypeOf(id).ToString(), ["bytes"] = graph.TypeOf(id).Bytes })]);

    private static void Print(CommandContext context, Graph graph, CompiledModel? compiled)
    {
        var console = ConsoleTables.On(context.Out);
        // Layers with weights by the names that recipes use, in full.
        var layers = LayerNames.Of(graph);
        var nodes = ConsoleTables.Create(">#", "name", "op", "result", ">MACs");
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var n = graph.Nodes[i];
            nodes.Row(ConsoleTables.Count(i), layers.GetValueOrDefault(n.Output) ?? ConsoleTables.ShortName(n.Name), n.Op.Mnemonic, graph.TypeOf(n.Output).ToString(), ConsoleTables.Count(graph.MacsOf(n)));
        }
        console.Write(nodes);
        context.Out.WriteLine($"MACs {ConsoleTables.Count(Macs(graph))}, parameters {ConsoleTables.Count(Parameters(graph))}");
        if (compiled is null)
            return;
        context.Out.WriteLine($"live MACs {ConsoleTables.Count(Macs(compiled.Program.Graph))} (after the removal of dead channels)");
        context.Out.WriteLine();
        var map = ConsoleTables.Create(">offset", ">bytes", ">from layer", ">to layer", "kind", "name");
        foreach (var e in compiled.Plan.Memory.Blocks)
            map.Row(ConsoleTables.Count(e.Offset), ConsoleTables.Count(e.Bytes), ConsoleTables.Count(e.FirstStep), ConsoleTables.Count(e.LastStep),
                e.Kind.ToString().ToLowerInvariant(), ConsoleTables.ShortName(e.Name));
        console.Write(map);
        context.Out.WriteLine(
            $"arena {ConsoleTables.Count(compiled.Plan.Memory.ArenaBytes)} bytes; no placement for this order needs less than "
            + ConsoleTables.Count(compiled.Plan.Memory.LowerBoundBytes));
    }
}
