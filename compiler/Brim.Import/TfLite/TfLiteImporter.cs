using System.Text;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite.Wire;

namespace Brim.Import.TfLite;

/// <summary>
/// Reads TensorFlow Lite models (FlatBuffers schema version 3, to 3c). Integer meaning is kept: codes, scales and zero points arrive as
/// they are in the file, and all attributes (padding, slice bounds, target shapes) are resolved to constants.
/// </summary>
public static class TfLiteImporter
{
    /// <summary>Imports subgraph 0 of a model.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="fileName">Name for diagnostics; its base name becomes the model's (<see cref="ModelName"/>).</param>
    /// <param name="diagnostics">Receives BRIM1xxx: everything that stands in the way, in one run.</param>
    /// <param name="requantization">How accumulators become codes: TFLite's default, or that of its single-rounding build.</param>
    /// <returns>The graph in phase <see cref="GraphPhase.Imported"/>; null if there were errors.</returns>
    public static Graph? Import(ReadOnlyMemory<byte> file, string fileName, DiagnosticBag diagnostics, Requantization requantization = Requantization.TfLiteDouble)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(diagnostics);
        // Findings of this file alone decide whether there is a graph.
        var findings = new DiagnosticBag();
        var graph = Read(file, fileName, findings, requantization);
        diagnostics.AddRange(findings);
        return graph;
    }

    private static Graph? Read(ReadOnlyMemory<byte> file, string fileName, DiagnosticBag diagnostics, Requantization requantization)
    {
        var location = new SourceLocation(fileName);
        if (file.Length < 8 || !file.Span.Slice(4, 4).SequenceEqual(Encoding.ASCII.GetBytes(TfLiteFields.FileIdentifier)))
        {
            diagnostics.Report(ImportDiagnostics.NotTfLite, location, $"the file ({file.Length} bytes) has no identifier {TfLiteFields.FileIdentifier} at byte 4");
            return null;
        }
        var source = new FlatBufferSource(file, fileName, diagnostics);
        var model = source.Root();
        if (!model.IsPresent)
            return null;
        if (model.UInt32(TfLiteFields.Model.Version) is var version && version != TfLiteFields.SchemaVersion)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedSchemaVersion, location, $"schema version {version} is not supported, supported is {TfLiteFields.SchemaVersion}");
            return null;
        }
        var subgraphs = model.Tables(TfLiteFields.Model.Subgraphs, "subgraph");
        if (subgraphs.Count == 0 || subgraphs[0] is not { IsPresent: true } subgraph)
        {
            diagnostics.Report(ImportDiagnostics.MalformedFile, location, "the model has no subgraph");
            return null;
        }
        var session = ReadSubgraph(source, model, subgraph, fileName, diagnostics, requantization);
        if (session is null || diagnostics.HasErrors)
            return null;
        var graph = session.Editor.ToGraph();
        if (graph.Outputs.Length != subgraph.Int32s(TfLiteFields.Subgraph.Outputs, "model outputs")?.Length)
            throw new InvalidOperationException("an output of the model was lost without a diagnostic");
        foreach (var node in graph.Nodes)
            node.Op.Verify(graph, node, diagnostics);
        return diagnostics.HasErrors ? null : graph;
    }

    private static ImportSession? ReadSubgraph(
        FlatBufferSource source, FlatTable model, FlatTable subgraph, string fileName, DiagnosticBag diagnostics, Requantization requantization)
    {
        var location = new SourceLocation(fileName);
        var codes = model.Tables(TfLiteFields.Model.OperatorCodes, "operator code");
        var operators = subgraph.Tables(TfLiteFields.Subgraph.Operators, "operator");
        if (operators.Count > ImportLimits.Operators)
        {
            diagnostics.Report(ImportDiagnostics.LimitExceeded, location, $"{operators.Count} operators, supported are up to {ImportLimits.Operators}");
            return null;
        }
        var tensors = new TensorTable(source, subgraph.Tables(TfLiteFields.Subgraph.Tensors, "tensor"),
            model.Tables(TfLiteFields.Model.Buffers, "buffer"), fileName, diagnostics);
        var session = new ImportSession(fileName, tensors, requantization, diagnostics);
        foreach (var index in subgraph.Int32s(TfLiteFields.Subgraph.Inputs, "model inputs") ?? [])
            session.AddInput(index);
        for (var i = 0; i < operators.Count; i++)
        {
            if (operators[i] is not { IsPresent: true } table)
                continue;
            var opcode = table.UInt32(TfLiteFields.Operator.OpcodeIndex);
            if (opcode < codes.Count)
                session.AddOperator(table, i, CodeOf(codes[(int)opcode]));
            else
                diagnostics.Report(ImportDiagnostics.MalformedFile, new SourceLocation(fileName, $"op #{i}"), $"the operator has code {opcode} of {codes.Count}");
        }
        var outputs = subgraph.Int32s(TfLiteFields.Subgraph.Outputs, "model outputs") ?? [];
        foreach (var index in outputs)
            session.AddOutput(index);
        if (outputs.Length == 0)
            diagnostics.Report(ImportDiagnostics.MalformedFile, location, "the model has no outputs");
        return session;
    }

    /// <summary>Codes past 127 stand in a field of their own, with the older byte-sized one at 127.</summary>
    private static TfLiteOperatorCode CodeOf(FlatTable table) => new(
        Math.Max(table.Int8(TfLiteFields.OperatorCode.DeprecatedBuiltinCode), table.Int32(TfLiteFields.OperatorCode.BuiltinCode)),
        table.Text(TfLiteFields.OperatorCode.CustomCode, "custom operator name"),
        table.Int32(TfLiteFields.OperatorCode.Version, 1));
}
