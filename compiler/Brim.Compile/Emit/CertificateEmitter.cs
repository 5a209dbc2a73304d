using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>
/// Prints certificate.json: for every layer the ranges of its accumulators, as they follow from the model's weights and the codes of its
/// activations, and for every source its digest. compiler/docs/certificate.md describes the schema.
/// </summary>
internal sealed class CertificateEmitter(LibraryNames names, KernelProgram program, LibraryInfo info)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "certificate.json";

    private const int Schema = 1;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The certificate of the given files: a line a layer, without further layout, as lane tables are long.</summary>
    public string Emit(IEnumerable<FirmwareFile> files)
    {
        var head = Json(w =>
        {
            w.WriteNumber("schema", Schema);
            w.WriteString("brimVersion", info.Version);
            w.WriteString("model", names.Model);
            w.WriteString("target", info.Target);
            w.WriteString("fingerprint", info.Fingerprint);
            w.WriteStartObject("files");
            foreach (var file in files.Where(IsCertified).OrderBy(f => f.Path, StringComparer.Ordinal))
                w.WriteString(file.Path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Content))));
            w.WriteEndObject();
        });
        var text = new StringBuilder(head, 0, head.Length - 1, head.Length).Append(",\"layers\":[\n");
        text.AppendJoin(",\n", program.Steps.Select((step, i) => Json(w => Layer(w, step, i))));
        return text.Append("\n]}\n").ToString();
    }

    /// <summary>What the proof is about: sources, and the manifest for the inputs' codes. Not the self test and the build file, which users adapt.</summary>
    private static bool IsCertified(FirmwareFile file) =>
        file.Path == OutputDirectory.Marker || file.Path.StartsWith("src/", StringComparison.Ordinal) || file.Path.StartsWith("include/", StringComparison.Ordinal);

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void Layer(Utf8JsonWriter w, KernelStep step, int index)
    {
        var sums = CertifiedSums.Of(program.Graph, step);
        w.WriteString("step", LibraryNames.StepName(index, step.Node.Op.Mnemonic));
        w.WriteString("name", step.Node.Name);
        w.WriteString("kernel", step.Call.Kernel.Function);
        w.WriteBoolean("accumulates", sums is not null);
        if (sums is not null)
            Sums(w, step, sums);
        w.WriteStartArray("arguments");
        foreach (var argument in step.Call.Arguments)
            w.WriteStringValue(Text(step, argument));
        w.WriteEndArray();
        w.WriteStartObject("parameters");
        foreach (var p in step.Call.Arguments.OfType<KernelArgument.Parameters>())
            Fields(w, p.Value, "");
        w.WriteEndObject();
    }

    private void Sums(Utf8JsonWriter w, KernelStep step, CertifiedSums sums)
    {
        w.WriteString("packing", sums.Packing);
        w.WriteBoolean("signed", sums.IsSigned);
        w.WriteNumber("taps", sums.Taps);
        w.WriteNumber("width", sums.Width);
        w.WriteStartObject("activations");
        w.WriteNumber("offset", sums.Offset);
        Bound(w, "low", sums.Lows);
        Bound(w, "high", sums.Highs);
        if (sums.Padding is { } padding)
            w.WriteNumber("padding", padding);
        w.WriteStartArray("from");
        w.WriteStringValue(Writer(step.Node.Inputs[0]));
        w.WriteEndArray();
        w.WriteEndObject();
        w.WriteStartArray("words");
        foreach (var data in CEmitter.Constants(step.Call))
            Words(w, data);
        w.WriteEndArray();
        if (sums.Rescaling is { } rescaling)
            rescaling.Write(w);
        w.WriteStartArray("outputs");
        foreach (var o in sums.Outputs)
            Numbers(w, [o.Constant, o.Positive, o.Negative, o.Constant + o.Low, o.Constant + o.High]);
        w.WriteEndArray();
        if (!sums.Shifts.IsEmpty)
        {
            w.WritePropertyName("shifts");
            Numbers(w, [.. sums.Shifts]);
        }
        w.WriteStartArray("tiles");
        foreach (var tile in sums.Tiles)
            Tile(w, tile);
        w.WriteEndArray();
    }

    private void Words(Utf8JsonWriter w, ConstantData data)
    {
        w.WriteStartObject();
        w.WriteString("file", names.DataFile);
        w.WriteString("array", names.Array(data));
        w.WriteNumber("first", 0);
        w.WriteNumber("elements", data.Values.Length);
        w.WriteEndObject();
    }

    private static void Tile(Utf8JsonWriter w, CertifiedTile tile)
    {
        w.WriteStartObject();
        w.WriteStartArray("lanes");
        foreach (var lane in tile.Lanes)
            Numbers(w, [lane.Output, lane.Offset, lane.Bits]);
        w.WriteEndArray();
        w.WriteStartArray("chunks");
        foreach (var chunk in tile.Chunks)
        {
            w.WriteStartArray();
            w.WriteNumberValue(chunk.Begin);
            w.WriteNumberValue(chunk.End);
            foreach (var (low, high, start) in chunk.Lanes)
            {
                w.WriteNumberValue(low);
                w.WriteNumberValue(high);
                w.WriteNumberValue(start);
            }
            w.WriteEndArray();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    }

    /// <summary>One number where all channels are alike.</summary>
    private static void Bound(Utf8JsonWriter w, string name, ImmutableArray<long> values)
    {
        if (values.All(v => v == values[0]))
        {
            w.WriteNumber(name, values[0]);
            return;
        }
        w.WritePropertyName(name);
        Numbers(w, values.AsSpan());
    }

    private static void Numbers(Utf8JsonWriter w, params ReadOnlySpan<long> values)
    {
        w.WriteStartArray();
        foreach (var value in values)
            w.WriteNumberValue(value);
        w.WriteEndArray();
    }

    private void Fields(Utf8JsonWriter w, CStruct value, string path)
    {
        foreach (var field in value.Fields)
        {
            if (field.Structure is { } nested)
                Fields(w, nested, $"{path}{field.Name}.");
            else if (field.Array is { } array)
                w.WriteString(path + field.Name, names.Array(array));
            else
                w.WriteNumber(path + field.Name, field.Integer);
        }
    }

    private string Text(KernelStep step, KernelArgument argument) => argument switch
    {
        KernelArgument.Activation a => Caller(program.StorageOf(a.ValueId)) ?? Arena(program.Offsets[program.StorageOf(a.ValueId)]),
        KernelArgument.Scratch => step.Call.ScratchBytes == 0 ? "0" : Arena(step.ScratchOffset),
        KernelArgument.Constant c => c.Data is null ? "0" : names.Array(c.Data),
        KernelArgument.Integer i => FormattableString.Invariant($"{i.Value}"),
        _ => "&params",
    };

    private static string Arena(int offset) => FormattableString.Invariant($"arena+{offset}");

    private string? Caller(int storage) => HeaderEmitter.RunParameters(program.Graph).Where(p => p.ValueId == storage).Select(p => p.Name).FirstOrDefault();

    /// <summary>The step that computes a value, through the steps that were left out because they only copy; or the caller's tensor.</summary>
    private string Writer(int valueId)
    {
        while (true)
        {
            for (var i = 0; i < program.Steps.Length; i++)
            {
                if (program.Steps[i].Node.Outputs.Contains(valueId))
                    return LibraryNames.StepName(i, program.Steps[i].Node.Op.Mnemonic);
            }
            if (program.Graph.Nodes.FirstOrDefault(n => n.Outputs.Contains(valueId)) is not { } node)
                return Caller(valueId) ?? throw new InvalidOperationException($"value {valueId} is neither computed nor given");
            valueId = node.Inputs[0];
        }
    }
}
