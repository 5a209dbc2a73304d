using System.Collections.Immutable;
using Brim.Yaml;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>An emulated board, as described by <c>qemu-tests/boards/NAME/board.yaml</c>.</summary>
/// <param name="Name">Name; the folder's name.</param>
/// <param name="Description">One line for people.</param>
/// <param name="Emulator">Command of the emulator.</param>
/// <param name="Package">Debian package that has the emulator.</param>
/// <param name="EmulatorFlags">Flags that select the machine.</param>
/// <param name="LinkerScript">Absolute path of the linker script.</param>
/// <param name="SearchPaths">Absolute paths of folders for the board's headers and linker script parts.</param>
/// <param name="Sources">Absolute paths of the board's sources, C and assembly.</param>
public sealed record BoardDescription(
    string Name,
    string Description,
    string Emulator,
    string Package,
    ImmutableArray<string> EmulatorFlags,
    string LinkerScript,
    ImmutableArray<string> SearchPaths,
    ImmutableArray<string> Sources)
{
    /// <summary>Reads a board; null after reporting errors.</summary>
    /// <param name="boardsFolder">The folder <c>qemu-tests/boards</c>.</param>
    /// <param name="name">Board name.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static BoardDescription? Load(string boardsFolder, string name, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var folder = Path.GetFullPath(Path.Combine(boardsFolder, name));
        var file = Path.Combine(folder, "board.yaml");
        var own = new DiagnosticBag();
        BoardDescription? board = null;
        if (!File.Exists(file))
            own.Report(YamlDiagnostics.MissingKey, new SourceLocation(file), $"there is no board '{name}'");
        else if (YamlSection.Parse(file, File.ReadAllText(file), own) is { } root)
            board = Read(root, folder);
        diagnostics.AddRange(own);
        return own.HasErrors ? null : board;
    }

    private static BoardDescription Read(YamlSection root, string folder)
    {
        var board = new BoardDescription(
            root.Text("name"),
            root.Text("description"),
            root.Text("emulator"),
            root.Text("package"),
            root.List("emulatorFlags"),
            Absolute(root.Text("linkerScript")),
            [.. root.List("searchPaths").Select(Absolute)],
            [.. root.List("sources").Select(Absolute)]);
        root.RejectUnknownKeys();
        return board;

        string Absolute(string path) => Path.GetFullPath(Path.Combine(folder, path));
    }
}
