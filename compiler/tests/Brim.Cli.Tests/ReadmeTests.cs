using System.Diagnostics;
using Brim.Testing;

namespace Brim.Cli.Tests;

/// <summary>Executes the commands that the README shows, in their order, as a reader would.</summary>
public sealed class ReadmeTests : IDisposable
{
    private static readonly string[] CodeFence = ["```sh", "```"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-readme-");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public void EveryBrimCommandSucceeds()
    {
        var commands = Commands();
        Assert.True(commands.Count >= 6);
        Assert.All(commands, Run);
    }

    [Fact]
    public void TheExampleRecipeWorks()
    {
        var text = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "compiler", "docs", "recipes.md"));
        var start = text.IndexOf("```yaml\n", StringComparison.Ordinal) + 8;
        var recipe = Path.Combine(_folder.FullName, "brim.yaml");
        File.WriteAllText(recipe, text[start..text.IndexOf("```", start, StringComparison.Ordinal)]);
        var commands = text.Split('\n').Where(l => l.StartsWith("./brim ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, commands.Length);
        Assert.All(commands, command => Run(command.Replace(" brim.yaml", " " + recipe, StringComparison.Ordinal)));
    }

    [Fact]
    public void TheFirmwareSnippetCompilesAgainstTheGeneratedHeader()
    {
        var readme = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "README.md"));
        var start = readme.IndexOf("```c\n", StringComparison.Ordinal) + 5;
        var snippet = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        var library = Path.Combine(_folder.FullName, "library");
        Assert.Equal(0, CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "host", "--output", library).ExitCode);
        var source = Path.Combine(_folder.FullName, "snippet.c");
        File.WriteAllText(source, snippet);
        using var gcc = Process.Start(new ProcessStartInfo("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-c", source, "-I", Path.Combine(library, "include"), "-o", source + ".o"])
        {
            RedirectStandardError = true,
        })!;
        var errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        Assert.True(gcc.ExitCode == 0, errors);
    }

    private void Run(string command)
    {
        // Paths are relative to the repository; results go to a folder of the test's own.
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(w => w.StartsWith("out/", StringComparison.Ordinal) ? Path.Combine(_folder.FullName, w)
                : w.Replace("examples/", Path.Combine(TestData.RepositoryRoot, "examples") + "/", StringComparison.Ordinal)).ToArray();
        foreach (var word in words.Where(w => w.StartsWith(_folder.FullName, StringComparison.Ordinal)))
            Directory.CreateDirectory(Path.GetDirectoryName(word)!);
        var (code, _, error) = CommandLine.Run(words);
        Assert.True(code == 0, $"{command}\n{error}");
    }

    private static List<string> Commands()
    {
        var commands = new List<string>();
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(TestData.RepositoryRoot, "README.md")))
        {
            if (CodeFence.Contains(line))
                inside = line == CodeFence[0];
            else if (inside && line.StartsWith("./brim ", StringComparison.Ordinal))
                commands.Add(line);
        }
        return commands;
    }
}
