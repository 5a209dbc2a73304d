using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

public sealed class VerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-cli-");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public void HelpListsEveryVerbOnStandardOutput()
    {
        var (code, output, error) = CommandLine.Run("--help");
        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.All(["compile", "run", "verify", "inspect", "targets", "explain"], verb => Assert.Contains(verb, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("compile", "--target")]
    [InlineData("run", "--input")]
    [InlineData("verify", "--target")]
    [InlineData("inspect", "--json")]
    public void HelpOfAVerbNamesItsOptions(string verb, string option)
    {
        var (code, output, _) = CommandLine.Run(verb, "--help");
        Assert.Equal(0, code);
        Assert.Contains(option, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("frobnicate")]
    [InlineData("compile", "model.tflite")]
    [InlineData("run", "model.tflite", "--input", "x", "--frob")]
    [InlineData("verify", "model.tflite", "--target", "cortex-m4", "--inferences", "0")]
    public void UsageErrorsExitWithTwoAndWriteToStandardError(params string[] args)
    {
        var (code, output, error) = CommandLine.Run(args);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void VersionPrintsOneLine()
    {
        var (code, output, _) = CommandLine.Run("--version");
        Assert.Equal(0, code);
        Assert.Matches("^brim [0-9]+\\.[0-9]+\\.[0-9]+\\s*$", output);
    }

    [Fact]
    public void CheckProvesACompiledLibraryAndRefusesAChangedOne()
    {
        var library = Path.Combine(_folder.FullName, "library");
        Assert.Equal(0, CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", library).ExitCode);
        var (code, output, error) = CommandLine.Run("check", library);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("proven: ", output, StringComparison.Ordinal);

        var data = Path.Combine(library, "src", "brim_shapes_int8_data.c");
        var text = File.ReadAllText(data);
        var at = text.IndexOf("weights", StringComparison.Ordinal);
        var digit = text.IndexOf("= {", at, StringComparison.Ordinal) + 8;
        while (!char.IsAsciiDigit(text[digit]) || !char.IsAsciiDigit(text[digit + 1]))
            digit++;
        File.WriteAllText(data, text[..digit] + (text[digit] == '1' ? '2' : '1') + text[(digit + 1)..]);
        (code, output, error) = CommandLine.Run("check", library, "--json");
        Assert.Equal(1, code);
        Assert.Contains("error BRIM4233", error, StringComparison.Ordinal);
        Assert.Contains("error BRIM4237", error, StringComparison.Ordinal);
        var report = JsonNode.Parse(output)!;
        Assert.False((bool)report["proven"]!);
        Assert.False((bool)report["layers"]![0]!["proven"]!);
        Assert.True((bool)report["layers"]![1]!["proven"]!);
    }

    [Fact]
    public void CheckOfAnythingElseIsACodedDiagnostic()
    {
        var (code, _, error) = CommandLine.Run("check", _folder.FullName);
        Assert.Equal(1, code);
        Assert.Contains("error BRIM4230", error, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingModelIsACodedDiagnostic()
    {
        var (code, _, error) = CommandLine.Run("inspect", Path.Combine(_folder.FullName, "none.tflite"));
        Assert.Equal(1, code);
        Assert.Contains("error BRIM6001", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignFileIsACodedDiagnostic()
    {
        var path = Path.Combine(_folder.FullName, "x.tflite");
        File.WriteAllText(path, "this is no model at all");
        var (code, _, error) = CommandLine.Run("inspect", path);
        Assert.Equal(1, code);
        Assert.Contains("error BRIM6002", error, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownTargetListsTheTargets()
    {
        var (code, _, error) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "z80", "--output", Path.Combine(_folder.FullName, "o"));
        Assert.Equal(1, code);
        Assert.Contains("BRIM6003", error, StringComparison.Ordinal);
        Assert.Contains("cortex-m4", error, StringComparison.Ordinal);
    }

    [Fact]
    public void InputOfAWrongSizeIsACodedDiagnostic()
    {
        var input = Path.Combine(_folder.FullName, "in.bin");
        File.WriteAllBytes(input, new byte[401]);
        var (code, _, error) = CommandLine.Run("run", CommandLine.ExampleModel, "--input", input, "--output", Path.Combine(_folder.FullName, "out.bin"));
        Assert.Equal(1, code);
        Assert.Contains("BRIM6004", error, StringComparison.Ordinal);
        Assert.Contains("401", error, StringComparison.Ordinal);
    }

    [Fact]
    public void RunWritesOneOutputAnInference()
    {
        var input = Path.Combine(_folder.FullName, "in.bin");
        var output = Path.Combine(_folder.FullName, "out.bin");
        File.WriteAllBytes(input, new byte[3 * 400]);
        Assert.Equal(0, CommandLine.Run("run", CommandLine.ExampleModel, "--input", input, "--output", output).ExitCode);
        Assert.Equal(3 * 8, new FileInfo(output).Length);
    }

    [Fact]
    public void CompileTwiceGivesTheSameBytes()
    {
        var first = Compile("first");
        var second = Compile("second");
        Assert.Equal(first.Keys, second.Keys);
        Assert.All(first, p => Assert.True(p.Value.AsSpan().SequenceEqual(second[p.Key]), p.Key));
    }

    [Fact]
    public void CompileReplacesItsOwnOutputOnly()
    {
        Compile("lib");
        File.WriteAllText(Path.Combine(_folder.FullName, "lib", "stale.txt"), "x");
        Assert.DoesNotContain("stale.txt", Compile("lib").Keys);

        var foreign = Directory.CreateDirectory(Path.Combine(_folder.FullName, "mine")).FullName;
        File.WriteAllText(Path.Combine(foreign, "thesis.txt"), "x");
        var (code, _, error) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", foreign);
        Assert.Equal(1, code);
        Assert.Contains("BRIM5001", error, StringComparison.Ordinal);
        Assert.Equal(["thesis.txt"], Directory.EnumerateFileSystemEntries(foreign).Select(Path.GetFileName));
    }

    [Fact]
    public void FailedCompileLeavesTheEarlierOutput()
    {
        var before = Compile("lib");
        var (code, _, _) = CommandLine.Run("compile", Path.Combine(TestData.RepositoryRoot, "examples", "shapes", "shapes_float.tflite"),
            "--target", "cortex-m4", "--output", Path.Combine(_folder.FullName, "lib"));
        Assert.Equal(1, code);
        Assert.Equal(before.Keys, Files("lib").Keys);
    }

    [Fact]
    public void VerifyOnTheHostFindsNoMismatch()
    {
        var (code, output, error) = CommandLine.Run("verify", CommandLine.ExampleModel, "--target", "host", "--json");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output)!;
        Assert.Equal(0, json["mismatches"]!.GetValue<int>());
        Assert.Equal(3, json["inferences"]!.GetValue<int>());
        Assert.True(json["arenaBytes"]!.GetValue<int>() > 0);
    }

    [Fact]
    public void VerifyOnCortexM4ReportsEveryLayer()
    {
        var (code, output, error) = CommandLine.Run("verify", CommandLine.ExampleModel, "--target", "cortex-m4", "--json");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output)!;
        Assert.Equal(0, json["mismatches"]!.GetValue<int>());
        var layers = json["layers"]!.AsArray();
        Assert.All(layers, l => Assert.True(l!["instructions"]!.GetValue<long>() > 0, l["name"]!.GetValue<string>()));
        var sum = layers.Sum(l => l!["instructions"]!.GetValue<long>());
        // The run function itself takes a few instructions a layer.
        Assert.InRange(json["instructions"]!.GetValue<long>(), sum, sum + (40 * layers.Count));
        Assert.All(["cycles", "flashBytes", "stackBytes"], key => Assert.True(json[key]!.GetValue<long>() > 0, key));
    }

    [Fact]
    public void InspectCountsTheExampleExactly()
    {
        var (code, output, _) = CommandLine.Run("inspect", CommandLine.ExampleModel, "--json");
        Assert.Equal(0, code);
        var json = JsonNode.Parse(output)!;
        // By hand: 400*9*8 + 100*9*8 + 100*8*16 + 2*100*9*16*16 + 25*9*16 + 25*16*32 + 32*8.
        Assert.Equal(526256, json["macs"]!.GetValue<long>());
        Assert.Equal(12, json["nodes"]!.AsArray().Count);
        Assert.True(json["arenaBytes"]!.GetValue<long>() >= json["arenaLowerBound"]!.GetValue<long>());
    }

    [Fact]
    public void InspectPrintsTheGraphAfterAPass()
    {
        var names = CommandLine.Run("inspect", CommandLine.ExampleModel, "--after-transform", "list").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains("FoldInputZeroPoint", names);
        Assert.All(names, name =>
        {
            var (code, output, _) = CommandLine.Run("inspect", CommandLine.ExampleModel, "--after-transform", name);
            Assert.Equal(0, code);
            Assert.Contains("conv2d", output, StringComparison.Ordinal);
        });
        Assert.Equal(2, CommandLine.Run("inspect", CommandLine.ExampleModel, "--after-transform", "Frobnicate").ExitCode);
    }

    [Fact]
    public void ExplainKnowsEveryCode()
    {
        Assert.All(DiagnosticCatalog.All, d =>
        {
            var (code, output, _) = CommandLine.Run("explain", d.Code);
            Assert.Equal(0, code);
            Assert.Contains(d.Title, output, StringComparison.Ordinal);
        });
        Assert.Equal(1, CommandLine.Run("explain", "BRIM9999").ExitCode);
    }

    [Fact]
    public void TargetsListsEveryTargetFile()
    {
        var (code, output, _) = CommandLine.Run("targets");
        Assert.Equal(0, code);
        var files = Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets"), "*.yaml");
        Assert.All(files, f => Assert.Contains(Path.GetFileNameWithoutExtension(f), output, StringComparison.Ordinal));
    }

    private SortedDictionary<string, byte[]> Compile(string name)
    {
        var (code, _, error) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", Path.Combine(_folder.FullName, name));
        Assert.True(code == 0, error);
        return Files(name);
    }

    private SortedDictionary<string, byte[]> Files(string name)
    {
        var root = Path.Combine(_folder.FullName, name);
        return new(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(root, f), File.ReadAllBytes), StringComparer.Ordinal);
    }
}
