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
    public void CyclesArePredictedForTheTarget_AndBothBudgetsAreKept()
    {
        using var folder = new TemporaryFolder();
        var (recipe, output) = (folder.File("widths.json"), folder.File("quantized.onnx"));
        string[] common = ["search", Model, "--data", Data, "--samples", "24", "--validate", "0", "--method", "rtn", "--points", "3", "--output", recipe, "--json", "--target", "cortex-m3"];

        // One pair of widths only: the cost is that of the network so quantized, which compile tells.
        var (code, text, error) = CommandLine.Run([.. common, "--weights", "4", "--activations", "5", "--budget-cycles", "1e9"]);
        Assert.True(code == 0, error);
        Assert.Equal("cycles", (string)JsonNode.Parse(text)!["costUnit"]!);
        var predicted = (double)JsonNode.Parse(text)!["best"]!["cost"]!;
        (code, _, error) = CommandLine.Run("quantize", Model, "--data", Data, "--samples", "24", "--recipe", recipe, "--output", output);
        Assert.True(code == 0, error);
        (code, text, error) = CommandLine.Run("compile", output, "--target", "cortex-m3", "--output", folder.File("library"), "--explain", "--json");
        Assert.True(code == 0, error);
        var compiled = JsonNode.Parse(text)!["kernels"]!.AsArray().Where(k => k!["packing"] is not null).Sum(k => (double)k!["modelledCycles"]!);
        // Other samples choose the scales, and the compiler orders channels.
        Assert.InRange(predicted / compiled, 0.97, 1.06);

        // Both budgets halfway between the extremes.
        (code, text, error) = CommandLine.Run([.. common, "--weights", "4-5", "--activations", "4-6", "--budget-flash", "1e9", "--budget-cycles", "1e9"]);
        Assert.True(code == 0, error);
        var front = JsonNode.Parse(text)!["front"]!.AsArray();
        var (flash, cycles) = (front.Average(p => (double)p!["cost"]!), (predicted + (double)front[^1]!["otherCost"]!) / 2);
        (code, text, error) = CommandLine.Run([.. common, "--weights", "4-5", "--activations", "4-6", "--budget-flash", Number(flash), "--budget-cycles", Number(cycles)]);
        Assert.True(code == 0, error);
        var best = JsonNode.Parse(text)!["best"]!;
        Assert.InRange((double)best["cost"]!, 1, flash);
        Assert.InRange((double)best["otherCost"]!, 1, cycles);
        (code, _, error) = CommandLine.Run([.. common, "--weights", "4-5", "--activations", "4-6", "--budget-flash", Number(flash), "--budget-cycles", "1000"]);
        Assert.Equal(1, code);
        Assert.Matches("BRIM3020.*1000 cycles is less than", error);

        static string Number(double value) => value.ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
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
