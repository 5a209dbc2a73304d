using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

/// <summary><c>--accumulator</c>, <c>--accumulation</c>, <c>--optimize</c> and <c>--explain</c> on a network of 4-bit weights.</summary>
public sealed class AccumulatorOptionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-lanes-");

    public void Dispose() => _folder.Delete(true);

    [Theory]
    [InlineData("--accumulator", "7")]
    [InlineData("--accumulator", "33")]
    [InlineData("--accumulator", "narrow")]
    [InlineData("--accumulation", "twice")]
    [InlineData("--optimize", "both")]
    public void OtherValuesAreUsageErrors(string option, string value)
    {
        var (code, output, error) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", Library, option, value);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(option, error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoLaneNeedsMoreBitsThanAskedForAndEveryLoserHasAReason()
    {
        var model = Quantized();
        foreach (var (asked, limit) in new[] { ("auto", 32), ("16", 16), ("12", 12) })
        {
            var (code, output, error) = CommandLine.Run("compile", model, "--target", "cortex-m4", "--output", Library, "--accumulator", asked, "--explain", "--json");
            Assert.True(code == 0, error);
            var kernels = JsonNode.Parse(output)!["kernels"]!.AsArray();
            var lanes = kernels.Where(k => k!["chunks"] is not null).ToList();
            Assert.NotEmpty(lanes);
            Assert.All(lanes, k => Assert.InRange((int)k!["accumulatorBits"]!, 1, limit));
            Assert.All(lanes, k => Assert.NotEqual("wide32", (string)k!["packing"]!));
            Assert.All(kernels.SelectMany(k => k!["rejected"]!.AsArray()), r => Assert.NotEmpty((string)r!["reason"]!));
        }
    }

    [Fact]
    public void SizeTakesFewerBytesAndSpeedFewerCycles()
    {
        var model = Quantized();
        var (fast, small) = (Compile("speed"), Compile("size"));
        Assert.True(small.Bytes < fast.Bytes && small.Cycles > fast.Cycles, $"speed {fast}, size {small}");

        (long Bytes, long Cycles) Compile(string goal)
        {
            var (code, output, error) = CommandLine.Run("compile", model, "--target", "cortex-m4", "--output", Library, "--optimize", goal, "--explain", "--json");
            Assert.True(code == 0, error);
            var json = JsonNode.Parse(output)!;
            var kernels = json["kernels"]!.AsArray();
            Assert.Equal((long)json["constantBytes"]!, kernels.Sum(k => (long)k!["flashBytes"]!));
            // Whoever could have been chosen says what it would have taken.
            Assert.All(kernels.SelectMany(k => k!["rejected"]!.AsArray()).Where(r => r!["modelledCycles"] is not null), r => Assert.True((long)r!["flashBytes"]! > 0 && (long)r["scratchBytes"]! >= 0));
            return ((long)json["arenaBytes"]! + (long)json["constantBytes"]!, kernels.Sum(k => (long?)k!["modelledCycles"] ?? 0));
        }
    }

    [Fact]
    public void ThirtyTwoBitsMeanOneSumAWord()
    {
        var (code, output, _) = CommandLine.Run("compile", Quantized(), "--target", "cortex-m4", "--output", Library, "--accumulator", "32", "--explain", "--json");
        Assert.Equal(0, code);
        Assert.All(JsonNode.Parse(output)!["kernels"]!.AsArray().Where(k => k!["packing"] is not null), k => Assert.Equal("wide32", (string)k!["packing"]!));
    }

    [Fact]
    public void LayersThatKeepWideSumsAreNamedWithTheirReasons()
    {
        var (code, output, _) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", Library, "--accumulator", "12");
        Assert.Equal(0, code);
        Assert.Contains("keeps 32-bit sums", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASingleStageThatCannotFitIsAnErrorWithItsRangeAndLeavesTheLibrary()
    {
        Assert.Equal(0, CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", Library).ExitCode);
        var before = File.ReadAllText(Path.Combine(Library, "manifest.json"));
        var (code, _, error) = CommandLine.Run("compile", CommandLine.ExampleModel, "--target", "cortex-m4", "--output", Library, "--accumulator", "12", "--accumulation", "single");
        Assert.Equal(1, code);
        Assert.Matches("error BRIM4201: channel [0-9]+ of .* sums up to -?[0-9]+\\.\\.-?[0-9]+: [0-9]+ bits, the accumulator has 12", error);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Library, "manifest.json")));
    }

    private string Library => Path.Combine(_folder.FullName, "library");

    private string Quantized()
    {
        var model = Path.Combine(_folder.FullName, "w4a5.onnx");
        var folder = Path.Combine(TestData.RepositoryRoot, "examples", "shapes");
        var data = $"raw:{Path.Combine(folder, "calibration_images.bin")},{Path.Combine(folder, "calibration_labels.csv")},type=i8,scale=0.00392156862745098,zp=-128";
        var (code, _, error) = CommandLine.Run("quantize", Path.Combine(folder, "shapes_float.tflite"), "--weights", "4", "--activations", "5", "--method", "rtn",
            "--samples", "16", "--data", data, "--output", model);
        Assert.True(code == 0, error);
        return model;
    }
}
