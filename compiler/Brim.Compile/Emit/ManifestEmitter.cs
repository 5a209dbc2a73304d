using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>Prints manifest.json: what the library computes, where everything lies, and how large it is.</summary>
internal sealed class ManifestEmitter(LibraryNames names, ExecutionPlan plan, LibraryInfo info)
{
    private readonly KernelProgram _program = plan.Program;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Emit(IEnumerable<string> sources)
    {
        var graph = _program.Graph;
        var root = new JsonObject
        {
            ["brimVersion"] = info.Version,
            ["model"] = names.Model,
            ["target"] = info.Target,
            ["fingerprint"] = info.Fingerprint,
            ["run"] = names.RunFunction,
            ["arenaBytes"] = _program.ArenaBytes,
            ["arenaLowerBound"] = plan.Memory.LowerBoundBytes,
            ["constantBytes"] = CEmitter.Constants(_program).Sum(c => c.Bytes),
            ["inputs"] = new JsonArray([.. graph.Inputs.Select(id => Tensor(graph[id]))]),
            ["outputs"] = new JsonArray([.. graph.Outputs.Select(id => Tensor(graph[id]))]),
            ["layers"] = new JsonArray([.. _program.Steps.Select(Layer)]),
            ["memoryMap"] = new JsonArray([.. plan.Memory.Blocks.Select(Block)]),
            ["constants"] = new JsonArray([.. CEmitter.Constants(_program).Select(Constant)]),
            ["sources"] = new JsonArray([.. sources.Select(s => (JsonNode)s)]),
        };
        return root.ToJsonString(Options).ReplaceLineEndings("\n") + "\n";
    }

    private JsonObject Tensor(Value value)
    {
        var json = new JsonObject
        {
            ["name"] = value.Name,
            ["element"] = value.Type.Element.ToString(),
            ["shape"] = new JsonArray([.. value.Type.Shape.Dimensions.Select(d => (JsonNode)d)]),
            ["bytes"] = value.Type.Bytes,
        };
        if (value.Type.Quant is { IsPerTensor: true } q)
        {
            json["scale"] = q.Scale;
            json["zeroPoint"] = q.ZeroPoint;
        }
        if (_program.Offsets.TryGetValue(value.Id, out var offset))
            json["arenaOffset"] = offset;
        return json;
    }

    private JsonObject Layer(KernelStep step, int index) => new()
    {
        ["name"] = step.Node.Name,
        ["op"] = step.Node.Op.Mnemonic,
        ["function"] = names.LayerFunction(LibraryNames.StepName(index, step.Node.Op.Mnemonic)),
        ["kernel"] = step.Call.Kernel.Function,
        ["macs"] = _program.Graph.MacsOf(step.Node),
        ["scratchBytes"] = step.Call.ScratchBytes,
        ["location"] = step.Node.Location.Place,
    };

    private static JsonObject Block(MemoryBlock block) => new()
    {
        ["name"] = block.Name,
        ["kind"] = block.Kind.ToString().ToLowerInvariant(),
        ["offset"] = block.Offset,
        ["bytes"] = block.Bytes,
        ["firstLayer"] = block.FirstStep,
        ["lastLayer"] = block.LastStep,
    };

    private JsonObject Constant(ConstantData data) => new()
    {
        ["name"] = names.Array(data),
        ["role"] = data.Role,
        ["element"] = data.Element.CName(),
        ["count"] = data.Values.Length,
        ["bytes"] = data.Bytes,
    };
}
