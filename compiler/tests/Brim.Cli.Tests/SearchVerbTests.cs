using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

public class SearchVerbTests
{
    private static readonly string Examples = Path.Combine(TestData.RepositoryRoot, "examples", "shapes");
    private static readonly string Model = Path.Combine(Examples, "shapes_float.tflite");
    private static readonly string Data =
        $"raw:{Examples}/calibration_images.bin,{Examples}/calibration_labels.csv,type=i8,scale=0.00392156862745098,zp=-128";

    [Fact]
    public void ASearchedRecipe_KeepsItsFlashBudget_AndQuantizes()
    {
        using var folder = new TemporaryFolder();
        var (recipe, output) = (folder.File("widths.json"), folder.File("quantized.onnx"));
        string[] common = ["search", Model, "--data", Data, "--samples", "24", "--validation-samples", "16", "--validate", "2", "--weights", "2-4", "--activations", "4-6", "--method", "rtn", "--points", "4", "--output", recipe, "--json"];
        var (code, text, error) = CommandLine.Run([.. common, "--budget-flash", "1000000"]);
        Assert.True(code == 0, error);
        var wide = JsonNode.Parse(text)!;
        var costs = wide["front"]!.AsArray().Select(p => (double)p!["cost"]!).ToArray();
        var budget = (costs[0] + costs[^1]) / 2;
        (code, text, error) = CommandLine.Run([.. common, "--budget-flash", budget.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.True(code == 0, error);
        Assert.True((double)JsonNode.Parse(text)!["best"]!["cost"]! <= budget);

        (code, text, error) = CommandLine.Run("quantize", Model, "--data", Data, "--samples", "24", "--recipe", recipe, "--output", output, "--json");
        Assert.True(code == 0, error);
        var searched = JsonNode.Parse(File.ReadAllText(recipe))!["layers"]!.AsObject();
        var layers = JsonNode.Parse(text)!["layers"]!.AsArray();
        Assert.Equal(searched.Count, layers.Count);
        long bits = 0;
        foreach (var layer in layers)
        {
            var name = (string)layer!["name"]!;
            Assert.Equal((int)searched[name]!["weights"]!, (int)layer["weights"]!);
            bits += layer["codesByBits"]!.AsArray().Sum(c => (long)c!) * (int)layer["weights"]!;
        }
        Assert.True(bits / 8.0 <= budget);
    }

    [Fact]
    public void WithAnAccumulator_BothStrategies_GiveNetworksThatNoInputOverflows()
    {
        using var folder = new TemporaryFolder();
        foreach (var strategy in new[] { "exact", "debruin" })
        {
            var (recipe, output) = (folder.File(strategy + ".json"), folder.File(strategy + ".onnx"));
            var (code, _, error) = CommandLine.Run("search", Model, "--data", Data, "--samples", "24", "--validation-samples", "16", "--validate", "0",
                "--activations", "3-6", "--accumulator", "14", "--strategy", strategy, "--output", recipe);
            Assert.True(code == 0, error);
            (code, var text, error) = CommandLine.Run("quantize", Model, "--data", Data, "--samples", "24", "--recipe", recipe, "--output", output, "--json");
            Assert.True(code == 0, error);
            Assert.All(JsonNode.Parse(text)!["layers"]!.AsArray(), l => Assert.InRange((int)l!["accumulatorBits"]!["exact"]!, 1, 14));
        }
    }

    [Theory]
    [InlineData("--weights", "9-10")]
    [InlineData("--activations", "x")]
    [InlineData("--accumulator", "4")]
    [InlineData("--strategy", "magic")]
    [InlineData("--method", "sparq-5opt")]
    [InlineData("--points", "1")]
    public void Nonsense_IsAUsageError_AndWritesNothing(string option, string value)
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("widths.json");
        var (code, _, error) = CommandLine.Run("search", Model, "--data", Data, "--budget-cycles", "1e6", option, value, "--output", output);
        Assert.Equal(2, code);
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void ABudgetThatNothingKeeps_IsAnError_WithTheLeastCost()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = CommandLine.Run("search", Model, "--data", Data, "--samples", "8", "--weights", "3-4", "--activations", "4-5", "--method", "rtn", "--budget-flash", "100", "--output", folder.File("widths.json"));
        Assert.Equal(1, code);
        Assert.Contains("BRIM3020", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
