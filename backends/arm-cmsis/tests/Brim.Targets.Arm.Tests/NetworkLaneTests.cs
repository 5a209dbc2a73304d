using Brim.Compile.Accumulators;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// The layers of real networks, quantized to 4-bit weights and 6-bit activations, each driven to the ends of its sums: the greatest code wherever the
/// weight is positive and the least elsewhere, and the opposite. Results are rescaled so that no code saturates, which would hide a wrong sum.
/// </summary>
public class NetworkLaneTests
{
    private const int Samples = 8;
    private const int AdversarialInferences = 6;

    [SkippableTheory]
    [InlineData("ic_resnet8_float", "cifar10:cifar10", "cortex-m4", 8)]
    [InlineData("ic_resnet8_float", "cifar10:cifar10", "cortex-m0", 8)]
    [InlineData("kws_dscnn_float", "raw:kws01/features_1000x490_int8.bin,kws01/labels.csv,type=i8,scale=0.5847029,zp=83", "cortex-m33", 8)]
    [InlineData("kws_dscnn_float", "raw:kws01/features_1000x490_int8.bin,kws01/labels.csv,type=i8,scale=0.5847029,zp=83", "cortex-m3", 8)]
    [InlineData("kws_dscnn_float", "raw:kws01/features_1000x490_int8.bin,kws01/labels.csv,type=i8,scale=0.5847029,zp=83", "cortex-m0", 8)]
    public void Layers_at_the_ends_of_their_sums_give_the_reference_bits(string model, string data, string target, int laneLayers)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = SingleLayers(Quantize(model, data));
        using var library = new CompiledLibrary(graph, target, isLowered: true);
        Assert.True(library.Model.Choices.Count(c => c.Call.Lanes?.Packed is not null) >= laneLayers,
            string.Join('\n', library.Model.Choices.Select(c => $"{c.Node.Name}: {c.Rule}; {string.Join("; ", c.Rejected)}")));
        LaneLayerTests.Compare(graph, library, AdversarialInferences);
    }

    private static Graph Quantize(string model, string data)
    {
        var diagnostics = new DiagnosticBag();
        var path = TestData.Require(Path.Combine("models", "mlperf-tiny", model + ".tflite"));
        var graph = TfLiteImporter.Import(File.ReadAllBytes(path), model, diagnostics)!;
        var spec = data[..(data.IndexOf(':', StringComparison.Ordinal) + 1)]
            + string.Join(',', data[(data.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',').Select(p => p.Contains('=', StringComparison.Ordinal) ? p : TestData.Require(p)));
        using var samples = DataSpec.Open(spec, diagnostics)!;
        var options = new QuantizerOptions { Input = samples.Evaluation.NativeType, PatchesPerSample = 8 };
        var network = GraphQuantizer.Quantize(graph, WidthAssignment.Uniform(graph, new LayerWidths(4, 6, "rtn")), samples.Evaluation.First(Samples), options, diagnostics);
        Assert.True(network is not null, string.Join('\n', diagnostics.Items));
        return IntegerGraphBuilder.Build(network, Requantization.Single);
    }

    /// <summary>Every layer with weights, with an input and an output of its own.</summary>
    private static Graph SingleLayers(Graph network)
    {
        var editor = new GraphEditor("layers") { Phase = GraphPhase.Quantized };
        foreach (var node in network.Nodes)
        {
            if (AccumulatorRanges.Of(network, node) is not { } ranges)
                continue;
            var (x, w, y) = (network.TypeOf(node.Inputs[0]), network[node.Inputs[1]], network.TypeOf(node.Output));
            var input = editor.AddInput($"x{editor.Nodes.Count}", x);
            var weights = editor.AddConstant($"w{editor.Nodes.Count}", w.Constant!);
            var bias = editor.AddConstant($"b{editor.Nodes.Count}", network[node.Inputs[2]].Constant!);
            // One code for every 250th of a channel's range, in real numbers.
            var codes = ranges.Select((r, c) => (Low: r.Min * Scale(c), High: r.Max * Scale(c))).ToList();
            var (low, high) = (codes.Min(c => c.Low), codes.Max(c => c.High));
            var scale = (high - low) / 250;
            var output = new TensorType(ElementType.Int8, y.Shape, QuantParams.PerTensor(scale, (int)Math.Round(-125 - (low / scale))));
            var op = node.Op switch
            {
                Conv2D o => o with { Activation = Activation.None },
                DepthwiseConv2D o => o with { Activation = Activation.None },
                FullyConnected o => o with { Activation = Activation.None },
                var other => other,
            };
            editor.AddOutput(editor.AddNode(op, [input, weights, bias], output, $"layer_{editor.Nodes.Count}", SourceLocation.Generated));

            double Scale(int channel) => x.Quant!.Scale * w.Type.Quant!.ScaleAt(channel);
        }
        return editor.ToGraph();
    }
}
