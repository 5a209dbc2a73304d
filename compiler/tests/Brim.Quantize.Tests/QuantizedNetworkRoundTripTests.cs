using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.TfLite;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Testing;

namespace Brim.Quantize.Tests;

/// <summary>A network that this compiler quantizes, through a QONNX file.</summary>
public sealed class QuantizedNetworkRoundTripTests
{
    [SkippableFact]
    public void ResNet8KeepsItsCodes()
    {
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(TestData.Require("models/mlperf-tiny/ic_resnet8_float.tflite")), "ic.tflite", diagnostics)!;
        var data = Cifar10Source.Open(TestData.Require("cifar10")).Evaluation.First(8);
        var network = GraphQuantizer.Quantize(graph, WidthAssignment.Uniform(graph, new LayerWidths(4, 5, "rtn")), data, new QuantizerOptions(), diagnostics)!;
        var integer = IntegerGraphBuilder.Build(network, Requantization.Single);
        var read = OnnxImporter.Import(QonnxWriter.Write(integer), "ic.onnx", diagnostics)!;
        Assert.Empty(diagnostics.Items);
        Assert.Equal(integer.Inputs.Select(integer.TypeOf), read.Inputs.Select(read.TypeOf));
        Assert.Equal(integer.Outputs.Select(integer.TypeOf), read.Outputs.Select(read.TypeOf));
        for (var i = 0; i < 3; i++)
        {
            var inputs = RandomGraphs.Inputs(integer, i);
            Assert.Equal(GraphInterpreter.Run(integer, inputs)[0].ToBytes(), GraphInterpreter.Run(read, inputs)[0].ToBytes());
        }
    }
}
