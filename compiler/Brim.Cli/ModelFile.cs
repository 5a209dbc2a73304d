using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx;
using Brim.Import.TfLite;

namespace Brim.Cli;

/// <summary>Reads model and data files, with diagnostics instead of exceptions.</summary>
internal static class ModelFile
{
    /// <summary>Protocol-buffer key of ModelProto.ir_version, which writers put first (field 1, a varint).</summary>
    private const byte OnnxVersionField = 0x08;

    /// <summary>Imports a model; null if there were errors.</summary>
    public static (Graph Graph, byte[] Bytes)? Load(string path, DiagnosticBag diagnostics)
    {
        if (ReadBytes(path, diagnostics) is not { } bytes)
            return null;
        Graph? graph;
        if (bytes.Length >= 8 && bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8))
        {
            graph = TfLiteImporter.Import(bytes, path, diagnostics);
        }
        else if (bytes.Length >= 8 && bytes[0] == OnnxVersionField)
        {
            graph = OnnxImporter.Import(bytes, path, diagnostics);
        }
        else
        {
            diagnostics.Report(CliDiagnostics.UnknownFormat, new SourceLocation(path), bytes.Length < 8
                ? $"{bytes.Length} bytes are no model"
                : $"it begins with {Convert.ToHexString(bytes, 0, 8)}: neither TFL3 at byte 4 nor an ONNX model's version");
            return null;
        }
        return graph is null ? null : (graph, bytes);
    }

    /// <summary>Reads a whole file; null with a diagnostic if that fails.</summary>
    public static byte[]? ReadBytes(string path, DiagnosticBag diagnostics)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            diagnostics.Report(CliDiagnostics.UnreadableFile, new SourceLocation(path), e.Message);
            return null;
        }
    }

    /// <summary>True if a result can be written to a path later, as far as one can tell; else a diagnostic, before hours of work are lost.</summary>
    public static bool CheckWritable(string path, DiagnosticBag diagnostics)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        var problem = Directory.Exists(path) ? "it is a directory" : folder is null || !Directory.Exists(folder) ? $"there is no directory '{folder}'" : null;
        if (problem is not null)
            diagnostics.Report(CliDiagnostics.UnwritableFile, new SourceLocation(path), problem);
        return problem is null;
    }

    /// <summary>Writes a file by way of a temporary sibling, so that no reader ever sees a part of it; false with a diagnostic if that fails.</summary>
    public static bool WriteBytes(string path, byte[] bytes, DiagnosticBag diagnostics)
    {
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            diagnostics.Report(CliDiagnostics.UnwritableFile, new SourceLocation(path), e.Message);
            TryDelete(temporary);
            return false;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            // The failure that led here is reported already.
        }
    }
}
