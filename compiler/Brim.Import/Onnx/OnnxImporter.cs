using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Google.Protobuf;

namespace Brim.Import.Onnx;

/// <summary>
/// Reads ONNX models: float32 networks, quantized ones with QuantizeLinear and DequantizeLinear (QDQ) or operators on codes (QLinear), and QONNX networks
/// whose weights and activations pass through <c>Quant</c> nodes. Images, which
/// are NCHW in the model, are NHWC in the graph, its inputs and outputs included: a model input of four dimensions becomes an NHWC input,
/// unless all that reads it is a transposition from NHWC to NCHW, in which case it was NHWC all along and stays as it is.
/// </summary>
public static class OnnxImporter
{
    private const long FirstOpset = 9, LastOpset = 25;

    /// <summary>Imports the graph of a model.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="fileName">Name for diagnostics; its base name becomes the model's (<see cref="ModelName"/>).</param>
    /// <param name="diagnostics">Receives BRIM1xxx: everything that stands in the way, in one run.</param>
    /// <returns>The graph, in phase <see cref="GraphPhase.Quantized"/> if this compiler wrote it as integer, else Imported; null if there were errors.</returns>
    public static Graph? Import(ReadOnlyMemory<byte> file, string fileName, DiagnosticBag diagnostics) => Read(file, fileName, diagnostics)?.Graph;

    /// <summary>As <see cref="Import"/>, with the storage order of the interface.</summary>
    internal static OnnxModel? Read(ReadOnlyMemory<byte> file, string fileName, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(diagnostics);
        // Findings of this file alone decide whether there is a graph.
        var findings = new DiagnosticBag();
        var model = Parse(file, fileName, findings) is { } proto ? Read(proto, fileName, findings) : null;
        diagnostics.AddRange(findings);
        return findings.HasErrors ? null : model;
    }

    private static ModelProto? Parse(ReadOnlyMemory<byte> file, string fileName, DiagnosticBag diagnostics)
    {
        try
        {
            var model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(file.Span);
            if (model.Graph is { } graph && graph.Node.Count <= ImportLimits.Operators)
                return model;
            diagnostics.Report(model.Graph is null ? ImportDiagnostics.NotOnnx : ImportDiagnostics.LimitExceeded, new SourceLocation(fileName),
                model.Graph is null ? $"the file ({file.Length} bytes) holds no graph" : $"{model.Graph.Node.Count} operators, supported are up to {ImportLimits.Operators}");
        }
        catch (InvalidProtocolBufferException e)
        {
            diagnostics.Report(ImportDiagnostics.NotOnnx, new SourceLocation(fileName), $"the file ({file.Length} bytes) is no protobuf message of ONNX: {e.Message}");
        }
        return null;
    }

    private static OnnxModel? Read(ModelProto model, string fileName, DiagnosticBag diagnostics)
    {
        var location = new SourceLocation(fileName);
        // An entry without a version is a damaged one; files of tf2onnx may leave the domain out, which means the standard set.
        var standard = model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").ToList();
        if (standard.Count == 0 || standard[0].Version is < FirstOpset or > LastOpset)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedOpset, location,
                $"the standard operator set has version {(standard.Count == 0 ? "none" : standard[0].Version)}, supported are {FirstOpset} to {LastOpset}");
            return null;
        }
        if (model.Functions.Count > 0 || model.Graph.SparseInitializer.Count > 0)
            diagnostics.Report(ImportDiagnostics.UnsupportedOnnxFeature, location, $"{model.Functions.Count} functions and {model.Graph.SparseInitializer.Count} sparse tensors");
        var session = new OnnxSession(fileName, standard[0].Version, new BrimMetadata(model.MetadataProps), diagnostics);
        var reader = new GraphReader(session, model.Graph);
        var (inputs, outputs) = reader.Read();
        if (diagnostics.HasErrors)
            return null;
        var graph = session.Editor.ToGraph();
        graph = IntegerForm.Run(graph, session, [.. outputs.Select(o => o.CodeType is not null || session.Metadata.IsCodes(o.Name))]);
        var findings = new DiagnosticBag();
        GraphVerifier.Verify(graph, findings);
        diagnostics.AddRange(findings);
        return diagnostics.HasErrors ? null : new OnnxModel(graph, inputs, outputs);
    }
}
