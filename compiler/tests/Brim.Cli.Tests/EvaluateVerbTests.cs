using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

public sealed class EvaluateVerbTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-evaluate-");

    public void Dispose() => _folder.Delete(true);

    [SkippableTheory]
    [InlineData("TFC_1W2A", 94.74)]
    [InlineData("TFC_2W2A", 96.60)]
    public void PublishedMnistAccuracies_AreReachedWithScaledPixels(string model, double published)
    {
        var (code, output, error) = CommandLine.Run("evaluate", TestData.Require($"models/qonnx/{model}.onnx"), "--data", $"mnist:{TestData.Require("mnist")},scale=0.00392156862745098", "--json");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output)!;
        Assert.Equal(published, json["top1"]!.GetValue<double>(), 6);
        Assert.Equal(10000, json["samples"]!.GetValue<int>());
        Assert.InRange(json["top5"]!.GetValue<double>(), published, 100);
        Assert.Equal(10000, json["perClass"]!.AsArray().Sum(c => c!["samples"]!.GetValue<int>()));
    }

    /// <summary>QDQ networks that others quantized reach the accuracy that MLPerf Tiny demands of its entries.</summary>
    [SkippableTheory]
    [InlineData("kws_dscnn_qdq", "raw:{0}/kws01/features_1000x490_int8.bin,{0}/kws01/labels.csv,type=i8,scale=0.584702909,zp=83", 90)]
    [InlineData("ic_resnet8_qdq", "cifar10:{0}/cifar10", 85)]
    public void QuantizedNetworksOfOthers_ReachTheAccuracyDemanded(string model, string data, double demanded)
    {
        var root = Path.GetDirectoryName(TestData.Require("kws01"));
        var (code, output, error) = CommandLine.Run("evaluate", TestData.Require($"models/onnx-qdq/{model}.onnx"),
            "--data", string.Format(System.Globalization.CultureInfo.InvariantCulture, data, root), "--json");
        Assert.True(code == 0, error);
        Assert.InRange(JsonNode.Parse(output)!["top1"]!.GetValue<double>(), demanded, demanded + 5);
    }

    [SkippableTheory]
    [InlineData("int8", "type=i8,scale=0.3910152316093445,zp=95")]
    [InlineData("float", "type=f32")]
    public void AutoencodersAreMeasuredByTheirError(string kind, string type)
    {
        var model = TestData.Require($"models/mlperf-tiny/ad_autoencoder_{kind}.tflite");
        // Samples of a spectrogram's range, and louder ones that the network never saw.
        var random = new Random(5);
        using (var file = new BinaryWriter(File.Create(Path.Combine(_folder.FullName, "x.bin"))))
        {
            for (var i = 0; i < 12 * 640; i++)
            {
                var value = -40 + (10 * random.NextDouble()) + (i / 640 % 3 == 0 ? 30 * random.NextDouble() : 0);
                if (kind == "float")
                    file.Write((float)value);
                else
                    file.Write((sbyte)Math.Clamp(Math.Round(value / 0.3910152316093445) + 95, -128, 127));
            }
        }
        File.WriteAllLines(Path.Combine(_folder.FullName, "y.csv"), ["label", .. Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? "anomalous" : "normal")]);
        var data = $"raw:{_folder.FullName}/x.bin,{_folder.FullName}/y.csv,{type}";
        var (code, output, error) = CommandLine.Run("evaluate", model, "--data", data, "--json");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output)!;
        var errors = json["errors"]!.AsArray().Select(e => e!.GetValue<double>()).ToArray();
        Assert.Equal((12, 8, 4), (json["samples"]!.GetValue<int>(), json["normal"]!.GetValue<int>(), json["anomalous"]!.GetValue<int>()));
        Assert.Equal(errors.Average(), json["mse"]!.GetValue<double>(), 9);
        var pairs = Enumerable.Range(0, 12).Where(i => i % 3 == 0).SelectMany(a => Enumerable.Range(0, 12).Where(i => i % 3 != 0).Select(n => errors[a] > errors[n] ? 1.0 : errors[a] == errors[n] ? 0.5 : 0));
        Assert.Equal(pairs.Average(), json["auc"]!.GetValue<double>(), 12);
        Assert.True(json["auc"]!.GetValue<double>() > 0.9);
        Assert.Contains("AUC", CommandLine.Run("evaluate", model, "--data", data).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsBeyondTheClasses_AndMissingOnes_AreErrors()
    {
        var (images, labels) = (Path.Combine(_folder.FullName, "x.bin"), Path.Combine(_folder.FullName, "y.csv"));
        File.WriteAllBytes(images, new byte[800]);
        Assert.All(["1\n8", "-1\n-1"], text =>
        {
            File.WriteAllText(labels, "label\n" + text);
            var (code, output, error) = CommandLine.Run("evaluate", CommandLine.ExampleModel, "--data", $"raw:{images},{labels}");
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("BRIM3004", error, StringComparison.Ordinal);
        });
    }
}
