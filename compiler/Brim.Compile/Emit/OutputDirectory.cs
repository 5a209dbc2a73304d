using System.Text;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Emit;

/// <summary>
/// Writes a set of files as a whole directory: into a temporary sibling first, then renamed. A failed run leaves what was there.
/// </summary>
public static class OutputDirectory
{
    /// <summary>Name of the file that marks a directory as written by Brim, so that only such directories (or empty ones) are replaced.</summary>
    public const string Marker = "manifest.json";

    /// <summary>Writes the files to a directory, replacing an earlier output.</summary>
    /// <returns>False, with a BRIM5xxx diagnostic, if the directory holds something else or cannot be written.</returns>
    public static bool Write(string directory, IEnumerable<FirmwareFile> files, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var location = new SourceLocation(directory);
        if (File.Exists(target))
        {
            diagnostics.Report(EmitDiagnostics.OutputNotReplaceable, location, "the output path is a file, not a directory");
            return false;
        }
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !File.Exists(Path.Combine(target, Marker)))
        {
            diagnostics.Report(EmitDiagnostics.OutputNotReplaceable, location,
                $"the directory is not empty and holds no {Marker} of an earlier output", "name a new or empty directory");
            return false;
        }
        var id = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var temporary = $"{target}.{id}.tmp";
        var old = $"{target}.{id}.old";
        try
        {
            foreach (var file in files)
            {
                var path = Path.Combine(temporary, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Content, new UTF8Encoding(false));
            }
            if (Directory.Exists(target))
                Directory.Move(target, old);
            Directory.Move(temporary, target);
            if (Directory.Exists(old))
                Directory.Delete(old, true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Report(EmitDiagnostics.OutputNotWritable, location, e.Message);
            if (!Directory.Exists(target) && Directory.Exists(old))
                Directory.Move(old, target);
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, true);
            return false;
        }
    }
}
