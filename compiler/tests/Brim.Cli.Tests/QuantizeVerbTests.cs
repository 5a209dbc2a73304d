using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

public sealed class QuantizeVerbTests : IDisposable
{
    private const string Scaling = "type=i8,scale=0.00392156862745098,zp=-128";
    private static readonly string Example = Path.Combine(TestData.RepositoryRoot, "examples", "shapes");
    private static readonly string Model = Path.Combine(Example, "shapes_float.tflite");
    private static readonly string Training = $"raw:{Example}/calibration_images.bin,{Example}/calibration_labels.csv,{Scaling}";
    private static readonly string Test = $"raw:{Example}/test_images.bin,{Example}/test_labels.csv,{Scaling}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-quantize-");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public void AFloatNetwork_BecomesAnAccurateNarrowOne_AndItsReportReproducesIt()
    {
        var (json, bytes) = Quantize("first", "--weights", "4", "--activations", "5", "--method", "optq", "--samples", "64", "--seed", "7");
        Assert.Equal((64, 7), (json["calibration"]!["samples"]!.GetValue<int>(), json["calibration"]!["seed"]!.GetValue<int>()));
        var layers = json["layers"]!.AsArray();
        Assert.Equal(["stem", "down1", "expand", "res1", "res2", "down2", "widen", "classes"], layers.Select(l => l!["name"]!.GetValue<string>()));
        Assert.Equal((8, "i8"), (layers[0]!["weights"]!.GetValue<int>(), layers[0]!["inputType"]!.GetValue<string>()));
        Assert.All(layers.Skip(1), l => Assert.Equal((4, 5, "optq"), (l!["weights"]!.GetValue<int>(), l["activations"]!.GetValue<int>(), l["method"]!.GetValue<string>())));
        // A layer's histogram counts each of its weights once; a code of w bits never needs more.
        Assert.Equal([8 * 9, 8 * 9, 8 * 16, 9 * 256, 9 * 256, 16 * 9, 16 * 32, 32 * 8], layers.Select(l => l!["codesByBits"]!.AsArray().Sum(c => c!.GetValue<int>())));
        Assert.All(layers.Skip(1), l => Assert.Equal(5, l!["codesByBits"]!.AsArray().Count));

        // What was printed, fed back, is the same network to the byte; edited, it is another.
        var widths = Path.Combine(_folder.FullName, "widths.json");
        File.WriteAllText(widths, json["widths"]!.ToJsonString());
        Assert.Equal(bytes, Quantize("again", "--recipe", widths, "--samples", "64", "--seed", "7").Bytes);
        File.WriteAllText(widths, json["widths"]!.ToJsonString().Replace("\"weights\":4", "\"weights\":3", StringComparison.Ordinal));
        Assert.All(Quantize("other", "--recipe", widths, "--samples", "64").Json["layers"]!.AsArray().Skip(1), l => Assert.Equal(3, l!["weights"]!.GetValue<int>()));

        var (code, output, error) = CommandLine.Run("evaluate", Path.Combine(_folder.FullName, "first.onnx"), "--data", Test, "--json");
        Assert.True(code == 0, error);
        // 98.2 % in float; labels are read by evaluate only.
        Assert.InRange(JsonNode.Parse(output)!["top1"]!.GetValue<double>(), 93, 100);
        Assert.Equal(500, JsonNode.Parse(output)!["samples"]!.GetValue<int>());
    }

    [SkippableFact]
    public void CalibrationUsesTheTrainingPart_OrWarns()
    {
        var (model, cifar) = (TestData.Require("models/mlperf-tiny/ic_resnet8_float.tflite"), TestData.Require("cifar10"));
        var (calibration, error) = Calibrate(cifar);
        Assert.Equal(("cifar10 training", ""), (calibration, error));
        File.Copy(Path.Combine(cifar, "test_batch.bin"), Path.Combine(_folder.FullName, "test_batch.bin"));
        (calibration, error) = Calibrate(_folder.FullName);
        Assert.Equal("cifar10 test", calibration);
        Assert.Contains("warning BRIM3005", error, StringComparison.Ordinal);

        (string Calibration, string Error) Calibrate(string folder)
        {
            var (code, output, error) = CommandLine.Run("quantize", model, "--data", "cifar10:" + folder, "--method", "rtn", "--samples", "4", "--output", Path.Combine(_folder.FullName, "x.onnx"), "--json");
            Assert.True(code == 0, error);
            return (JsonNode.Parse(output)!["calibration"]!["data"]!.GetValue<string>(), error);
        }
    }

    [Fact]
    public void OptionsReplaceTheRecipesDefaults_NotItsLayers()
    {
        var recipe = Path.Combine(_folder.FullName, "brim.yaml");
        File.WriteAllText(recipe, "weights: 6\nmethod: gpfq\naccumulator: 20\ntile: 32\nlayers: {res1: {weights: 5, method: rtn}}\ncalibration: {samples: 32}\n");
        var layers = Quantize("x", "--recipe", recipe, "--weights", "3", "--method", "optq", "--accumulator", "18").Json["layers"]!.AsArray();
        Assert.Equal(
            [("res1", 5, "rtn", 18, 32), ("res2", 3, "optq", 18, 32)],
            layers.Where(l => l!["name"]!.GetValue<string>().StartsWith("res", StringComparison.Ordinal))
                .Select(l => (l!["name"]!.GetValue<string>(), l["weights"]!.GetValue<int>(), l["method"]!.GetValue<string>(), l["accumulatorBound"]!.GetValue<int>(), l["tile"]!.GetValue<int>())));
    }

    [Fact]
    public void AnAccumulatorBound_HoldsInEveryLayer_AndInspectSaysSo()
    {
        var model = Path.Combine(_folder.FullName, "bounded.onnx");
        Quantize("bounded", "--weights", "5", "--activations", "4", "--method", "gpfq", "--accumulator", "12", "--samples", "64");
        var (code, output, error) = CommandLine.Run("inspect", model, "--accumulators", "--json");
        Assert.True(code == 0, error);
        var layers = JsonNode.Parse(output)!["layers"]!.AsArray();
        Assert.Equal(8, layers.Count);
        Assert.All(layers, l => Assert.InRange(l!["accumulatorBits"]!["exact"]!.GetValue<int>(), 1, 12));
        Assert.Contains(layers, l => l!["accumulatorBits"]!["dataType"]!.GetValue<int>() > 12);
        Assert.Contains("centred", CommandLine.Run("inspect", model, "--accumulators").Out, StringComparison.Ordinal);
        Assert.Contains("BRIM6008", CommandLine.Run("inspect", Model, "--accumulators").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--weights", "9")]
    [InlineData("--weights", "1")]
    [InlineData("--activations", "0")]
    [InlineData("--accumulator", "7")]
    [InlineData("--samples", "0")]
    [InlineData("--method", "magic")]
    public void OptionsOutOfRange_AreUsageErrors_ThatSayWhatIsAllowed(string option, string value)
    {
        var (code, _, error) = CommandLine.Run("quantize", Model, "--data", Training, "--output", Path.Combine(_folder.FullName, "x.onnx"), option, value);
        Assert.Equal(2, code);
        Assert.Contains(option == "--method" ? "gpfq-hard" : option, error, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void FailuresLeaveTheEarlierFile()
    {
        var output = Path.Combine(_folder.FullName, "x.onnx");
        var recipe = Path.Combine(_folder.FullName, "brim.yaml");
        File.WriteAllText(output, "earlier");
        File.WriteAllText(recipe, "weights: 4\nlayers:\n  res9: {weights: 3}\n");
        Fails("BRIM3101", "line 3", "--recipe", recipe, "--data", Training);
        Fails("BRIM6001", "none.yaml", "--recipe", Path.Combine(_folder.FullName, "none.yaml"), "--data", Training);
        Fails("BRIM3002", "none", "--data", "cifar10:" + Path.Combine(_folder.FullName, "none"));
        Fails("BRIM3003", "200", "--data", $"raw:{Example}/test_images.bin,{Example}/test_labels.csv,type=i16");
        Assert.Equal("earlier", File.ReadAllText(output));
        Assert.Equal(["brim.yaml", "x.onnx"], _folder.EnumerateFileSystemInfos().Select(f => f.Name).Order());
        var (code, _, error) = CommandLine.Run("quantize", Model, "--data", Training, "--output", Path.Combine(_folder.FullName, "no", "x.onnx"));
        Assert.Equal((1, true), (code, error.Contains("BRIM6006", StringComparison.Ordinal)));

        void Fails(string expected, string said, params string[] options)
        {
            var (code, text, error) = CommandLine.Run(["quantize", Model, "--output", output, .. options]);
            Assert.Equal((1, ""), (code, text));
            Assert.Contains(expected, error, StringComparison.Ordinal);
            Assert.Contains(said, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnInterrupt_StopsTheProcess_AndLeavesTheEarlierFile()
    {
        var output = Path.Combine(_folder.FullName, "x.onnx");
        var recipe = Path.Combine(_folder.FullName, "brim.yaml");
        await File.WriteAllTextAsync(output, "earlier");
        // Hours of training.
        await File.WriteAllTextAsync(recipe, "matching: {epochs: 100000}\n");
        // A shell that runs the tests in the background makes them ignore interrupts, which children inherit.
        using var process = Process.Start(new ProcessStartInfo("env",
            ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "brim.dll"), "quantize", Model, "--data", Training, "--recipe", recipe, "--method", "rtn", "--output", output])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (text, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        // Long past start-up, as measured by its own work and not by the clock of a busy machine.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            while (!process.HasExited && process.TotalProcessorTime < TimeSpan.FromSeconds(3))
            {
                await Task.Delay(100, limit.Token);
                process.Refresh();
            }
            using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
        Assert.Equal((130, ""), (process.ExitCode, await text));
        Assert.Contains("interrupted", await error, StringComparison.Ordinal);
        Assert.Equal("earlier", await File.ReadAllTextAsync(output));
        Assert.Equal(["brim.yaml", "x.onnx"], _folder.EnumerateFileSystemInfos().Select(f => f.Name).Order());
    }

    [Theory]
    [InlineData("sparq-3opt", "--activations", "8")]
    [InlineData("debruin", "--accumulator", "16")]
    public void MethodsWithOperatorsAndScalesOfTheirOwn_ReachTheFirmware(string method, string option, string value)
    {
        Quantize(method, "--method", method, option, value, "--samples", "64");
        var model = Path.Combine(_folder.FullName, method + ".onnx");
        var (code, output, error) = CommandLine.Run("evaluate", model, "--data", Test, "--json");
        Assert.True(code == 0, error);
        Assert.InRange(JsonNode.Parse(output)!["top1"]!.GetValue<double>(), 90, 100);
        (code, output, error) = CommandLine.Run("verify", model, "--target", "host", "--json");
        Assert.True(code == 0, output + error);
    }

    private (JsonNode Json, byte[] Bytes) Quantize(string name, params string[] options)
    {
        var output = Path.Combine(_folder.FullName, name + ".onnx");
        var (code, text, error) = CommandLine.Run(["quantize", Model, "--data", Training, "--output", output, "--json", .. options]);
        Assert.True(code == 0, error);
        return (JsonNode.Parse(text)!, File.ReadAllBytes(output));
    }
}
