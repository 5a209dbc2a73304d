using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Brim.Compile.Emit;

/// <summary>Reads kernel sources and the headers they include, and says where they stand in a generated library.</summary>
/// <param name="Root">Folder that holds <c>runtime-c</c> and <c>backends</c>.</param>
public sealed partial record KernelSources(string Root)
{
    private const string RuntimeInclude = "runtime-c/include/";

    /// <summary>
    /// Path in a library's source folder of a kernel file: kernels of all backends share one folder, headers keep their path below
    /// their include folder.
    /// </summary>
    public static string LibraryPath(string sourceFile)
    {
        ArgumentNullException.ThrowIfNull(sourceFile);
        return sourceFile.StartsWith(RuntimeInclude, StringComparison.Ordinal)
            ? sourceFile[RuntimeInclude.Length..]
            : "kernels/" + sourceFile[(sourceFile.LastIndexOf('/') + 1)..];
    }

    /// <summary>The given kernel files and everything they include with quotes, as library files below <c>src/</c>.</summary>
    /// <exception cref="FileNotFoundException">A file is missing: the installation is broken.</exception>
    public ImmutableArray<FirmwareFile> Closure(IEnumerable<string> kernelFiles)
    {
        var found = new SortedDictionary<string, FirmwareFile>(StringComparer.Ordinal);
        var pending = new Stack<string>(kernelFiles.Distinct().OrderDescending(StringComparer.Ordinal));
        while (pending.TryPop(out var file))
        {
            if (found.ContainsKey(file))
                continue;
            var text = File.ReadAllText(Path.Combine(Root, file)).ReplaceLineEndings("\n");
            found.Add(file, new FirmwareFile("src/" + LibraryPath(file), text));
            foreach (Match include in QuotedInclude().Matches(text))
                pending.Push(Resolve(file, include.Groups[1].Value));
        }
        return [.. found.Values];
    }

    private string Resolve(string includer, string name)
    {
        var beside = includer[..(includer.LastIndexOf('/') + 1)] + name;
        return File.Exists(Path.Combine(Root, beside)) ? beside : RuntimeInclude + name;
    }

    [GeneratedRegex("^\\s*#\\s*include\\s+\"([^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex QuotedInclude();
}
