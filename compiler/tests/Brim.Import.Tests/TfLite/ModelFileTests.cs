using Brim.Core.Diagnostics;
using Brim.Import.TfLite;
using Brim.Testing;

namespace Brim.Import.Tests.TfLite;

/// <summary>Every real model of the development data is imported.</summary>
public sealed class ModelFileTests
{
    [SkippableTheory]
    [InlineData("golden")]
    [InlineData("models/mlperf-tiny")]
    public void ImportsEveryModel(string folder)
    {
        var files = Directory.GetFiles(TestData.Require(folder), "*.tflite", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var diagnostics = new DiagnosticBag();
            var graph = TfLiteImporter.Import(File.ReadAllBytes(file), file, diagnostics);
            // Dynamic range models say that their weights are converted; nothing else is worth a word.
            Assert.All(diagnostics.Items, d => Assert.Equal(ImportDiagnostics.HybridWeights, d.Descriptor));
            Assert.NotNull(graph);
            Assert.NotEmpty(graph.Nodes);
        });
    }
}
