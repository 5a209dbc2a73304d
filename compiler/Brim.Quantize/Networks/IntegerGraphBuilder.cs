using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>Writes a quantized network as an integer graph.</summary>
public static class IntegerGraphBuilder
{
    /// <summary>
    /// The integer graph: same nodes and value ids, every activation an integer code, weights as codes with a scale a channel, biases int32
    /// at scale input * weight.
    /// </summary>
    public static Graph Build(QuantizedNetwork network, Requantization requantization)
    {
        ArgumentNullException.ThrowIfNull(network);
        var graph = network.Graph;
        var values = graph.Values.ToBuilder();
        foreach (var (id, quantizer) in network.Activations)
        {
            var type = new TensorType(quantizer.Element, values[id].Type.Shape, quantizer.Quant);
            values[id] = values[id] with { Type = type, Constant = values[id].Constant is { } constant ? Codes(constant, type) : null };
        }
        var nodes = graph.Nodes.ToBuilder();
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (!network.Layers.TryGetValue(node.Output, out var quantized))
            {
                // Padding reads the code of real zero.
                if (node.Op is Pad pad)
                    nodes[i] = node with { Op = pad with { PadValue = network.Activations[node.Output].CodeOf((float)pad.PadValue) } };
                continue;
            }
            var layer = LinearLayer.TryMake(graph, node)!;
            values[layer.W] = values[layer.W] with { Type = WeightType(graph, layer, quantized) };
            values[layer.W] = values[layer.W] with { Constant = Tensor.FromCodes(values[layer.W].Type, WeightCodes(layer, quantized)) };
            var bias = Bias(quantized, network.Activations[layer.X].Quant.Scale);
            values[layer.Bias] = values[layer.Bias] with { Type = bias.Type, Constant = bias };
            var scheme = IsShift(network, node, quantized) ? Requantization.PowerOfTwo : requantization;
            nodes[i] = node with
            {
                Op = node.Op switch
                {
                    Conv2D c => c with { Requantization = scheme },
                    DepthwiseConv2D d => d with { Requantization = scheme },
                    FullyConnected f => f with { Requantization = scheme },
                    var op => op,
                },
            };
        }
        return graph with { Phase = GraphPhase.Quantized, Nodes = nodes.ToImmutable(), Values = values.ToImmutable() };
    }

    /// <summary>True if every accumulator becomes a code by a shift.</summary>
    private static bool IsShift(QuantizedNetwork network, Node node, LayerQuantization quantized) =>
        quantized.Grid.Scales.Append(network.Activations[node.Inputs[0]].Quant.Scale).Append(network.Activations[node.Output].Quant.Scale).All(double.IsPow2);

    private static TensorType WeightType(Graph graph, LinearLayer layer, LayerQuantization quantized)
    {
        var shape = graph.TypeOf(layer.W).Shape;
        // Scales as the exact float32 values that files store; the codes were chosen for scales that differ by less than a rounding.
        var scales = quantized.Grid.Scales.Select(s => (double)(float)s);
        return new(ElementType.Signed(quantized.Grid.Bits), shape,
            QuantParams.PerAxis(layer.IsDepthwise ? 3 : 0, [.. scales], [.. new int[layer.Outputs]]));
    }

    private static int[] WeightCodes(LinearLayer layer, LayerQuantization quantized)
    {
        var (codes, columns) = (new int[quantized.Codes.Elements.Length], quantized.Codes.Columns);
        for (var r = 0; r < quantized.Codes.Rows; r++)
        {
            for (var c = 0; c < columns; c++)
                codes[FloatWeights.Position(layer, r, c, columns)] = quantized.Codes[r, c];
        }
        return codes;
    }

    private static Tensor Bias(LayerQuantization quantized, double inputScale)
    {
        var codes = new int[quantized.Bias.Length];
        for (var r = 0; r < codes.Length; r++)
            codes[r] = (int)Math.Clamp(Math.Round(quantized.Bias[r] / (inputScale * (float)quantized.Grid.Scales[r])), int.MinValue, int.MaxValue);
        return Tensor.FromCodes(new TensorType(ElementType.Int32, [codes.Length]), codes);
    }

    private static Tensor Codes(Tensor constant, TensorType type)
    {
        var quantizer = new FakeQuantizer(type.Element, type.Quant!);
        return Tensor.FromCodes(type, Array.ConvertAll(constant.Floats, v => quantizer.CodeOf(v)));
    }
}
