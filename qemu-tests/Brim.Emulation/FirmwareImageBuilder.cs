using Brim.Compile.Targets;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Builds test images: compiles a library with the target's flags, the board's code with the same machine flags, and links both.</summary>
public static class FirmwareImageBuilder
{
    private static readonly TimeSpan CompileLimit = TimeSpan.FromMinutes(5);

    private static readonly string[] CommonFlags = ["-ffreestanding", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-Werror"];

    // Without the last flag the compiler turns the loop of memcpy into a call of memcpy.
    private static readonly string[] BoardFlags = ["-std=gnu11", "-O2", "-fno-tree-loop-distribute-patterns"];

    /// <summary>Builds an image; null after reporting why not.</summary>
    /// <param name="sources">The library.</param>
    /// <param name="target">Target with compiler settings.</param>
    /// <param name="board">Board that emulates the target.</param>
    /// <param name="folder">An existing folder for the objects and the image; files in it are overwritten.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static FirmwareImage? Build(FirmwareSources sources, TargetMachine target, BoardDescription board, string folder, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(board);
        var compiler = target.Compiler ?? throw new ArgumentException($"target {target.Name} has no compiler", nameof(target));
        var root = Path.GetFullPath(folder);
        var objects = CompileLibrary(sources, compiler, root, diagnostics);
        if (objects is null || !CompileBoard(sources, compiler, board, root, diagnostics))
            return null;

        string[] link =
        [
            .. compiler.MachineFlags, "-nostdlib", "-Wl,--gc-sections", "-Wl,--fatal-warnings", "-Wl,--no-warn-rwx-segments",
            .. board.SearchPaths.Select(p => $"-L{p}"), "-T", board.LinkerScript,
            .. board.Sources.Select(s => $"board/{Path.GetFileNameWithoutExtension(s)}.o"), .. objects, "-lgcc", "-o", "image.elf",
        ];
        if (!Compile(compiler, link, root, "link", diagnostics))
            return null;
        var path = Path.Combine(root, "image.elf");
        var elf = ElfImage.Read(File.ReadAllBytes(path));
        return new FirmwareImage(path, elf, FirmwareSizes.Of(elf), sources, board, target);
    }

    /// <summary>The library's objects, in a folder of the name by which the linker script knows them.</summary>
    private static List<string>? CompileLibrary(FirmwareSources sources, CompilerSettings compiler, string root, DiagnosticBag diagnostics)
    {
        Directory.CreateDirectory(Path.Combine(root, "library"));
        var objects = new List<string>();
        foreach (var source in sources.Sources)
        {
            var path = string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"library/{objects.Count:D3}_{Path.GetFileNameWithoutExtension(source)}.o");
            objects.Add(path);
            if (source.EndsWith(".o", StringComparison.Ordinal))
            {
                File.Copy(source, Path.Combine(root, path), overwrite: true);
                continue;
            }
            string[] arguments =
            [
                .. compiler.MachineFlags, .. compiler.LibraryFlags, .. CommonFlags, "-std=gnu99",
                .. sources.IncludeFolders.Select(i => $"-I{i}"), "-c", source, "-o", path,
            ];
            if (!Compile(compiler, arguments, root, source, diagnostics))
                return null;
        }
        return objects;
    }

    private static bool CompileBoard(FirmwareSources sources, CompilerSettings compiler, BoardDescription board, string root, DiagnosticBag diagnostics)
    {
        var folder = Path.Combine(root, "board");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, ModelBinding.FileName), ModelBinding.Write(sources));
        string[] arguments =
        [
            .. compiler.MachineFlags, .. CommonFlags, .. BoardFlags, "-I.", .. board.SearchPaths.Select(p => $"-I{p}"),
            .. sources.IncludeFolders.Select(i => $"-I{i}"), "-c", .. board.Sources,
        ];
        return Compile(compiler, arguments, folder, board.Name, diagnostics);
    }

    private static bool Compile(CompilerSettings compiler, IEnumerable<string> arguments, string folder, string what, DiagnosticBag diagnostics)
    {
        var result = Tool.Run(compiler.Command, compiler.Package, arguments, folder, CompileLimit, diagnostics);
        if (result is { ExitCode: 0 })
            return true;
        if (result is not null)
        {
            diagnostics.Report(EmulationDiagnostics.BuildFailed, new SourceLocation(what), $"{compiler.Command} failed", null,
                result.FirstLines(20));
        }
        return false;
    }
}
