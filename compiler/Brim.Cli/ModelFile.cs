using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite;

namespace Brim.Cli;

/// <summary>Reads model and data files, with diagnostics instead of exceptions.</summary>
internal static class ModelFile
{
    /// <summary>Imports a model; null if there were errors.</summary>
    public static (Graph Graph, byte[] Bytes)? Load(string path, DiagnosticBag diagnostics)
    {
        if (ReadBytes(path, diagnostics) is not { } bytes)
            return null;
        if (bytes.Length < 8 || !bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8))
        {
            diagnostics.Report(CliDiagnostics.UnknownFormat, new SourceLocation(path),
                bytes.Length < 8 ? $"{bytes.Length} bytes are no model" : $"bytes 4..7 are {Convert.ToHexString(bytes, 4, 4)}, not 54464C33 (TFL3)");
            return null;
        }
        return TfLiteImporter.Import(bytes, path, diagnostics) is { } graph ? (graph, bytes) : null;
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

    /// <summary>Writes a file by way of a temporary sibling; false with a diagnostic if that fails.</summary>
    public static bool WriteBytes(string path, byte[] bytes, DiagnosticBag diagnostics)
    {
        var temporary = path + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            diagnostics.Report(CliDiagnostics.UnwritableFile, new SourceLocation(path), e.Message);
            return false;
        }
    }
}
