using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Interpret;
using Brim.Import.Onnx;
using Brim.Testing;

namespace Brim.Import.Tests.Onnx;

/// <summary>QONNX models published by others.</summary>
public sealed class QonnxModelTests
{
    [SkippableTheory]
    [InlineData("TFC_1W2A", 9474)]
    [InlineData("TFC_2W2A", 9660)]
    public void MnistAccuracyIsThePublishedOne(string name, int correct)
    {
        var graph = OnnxImports.Clean(File.ReadAllBytes(TestData.Require($"models/qonnx/{name}.onnx"))).Graph;
        Assert.Equal(3, graph.Nodes.Count(n => n.Op is FullyConnected && graph.TypeOf(n.Output).Element == ElementType.Signed(2)));
        var (images, labels) = (Idx("mnist/t10k-images-idx3-ubyte", 16), Idx("mnist/t10k-labels-idx1-ubyte", 8));
        var type = graph.TypeOf(graph.Inputs[0]);
        var hits = 0;
        Parallel.For(0, labels.Length, i =>
        {
            // The model expects pixels of 0 to 1.
            var image = Tensor.FromFloats(type, Array.ConvertAll(images[(i * 784)..((i + 1) * 784)], b => b / 255f));
            var scores = GraphInterpreter.Run(graph, [image])[0].Floats;
            if (Array.IndexOf(scores, scores.Max()) == labels[i])
                Interlocked.Increment(ref hits);
        });
        Assert.Equal(correct, hits);
    }

    [SkippableTheory]
    [InlineData("kwsmlp_w3a3")]
    [InlineData("qkeras_jettagging")]
    public void ModelsImport(string name)
    {
        var model = OnnxImports.Clean(File.ReadAllBytes(TestData.Require($"models/qonnx/{name}.onnx")));
        Assert.Contains(model.Graph.Nodes, n => n.Op is Quantize);
    }

    private static byte[] Idx(string path, int header)
    {
        var plain = Path.Combine(TestData.Require("mnist"), Path.GetFileName(path));
        using var stream = File.Exists(plain) ? (Stream)File.OpenRead(plain)
            : new System.IO.Compression.GZipStream(File.OpenRead(TestData.Require(path + ".gz")), System.IO.Compression.CompressionMode.Decompress);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray()[header..];
    }
}
