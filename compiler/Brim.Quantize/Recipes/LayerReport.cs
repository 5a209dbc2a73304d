using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Recipes;

/// <summary>What became of one layer.</summary>
/// <param name="Name">Name in recipes (<see cref="LayerNames"/>).</param>
/// <param name="Widths">Widths and method as asked for.</param>
/// <param name="Input">Type of the layer's input: at least as wide as asked for, wider where another layer reads the same value.</param>
/// <param name="CodeBits">Number of weights by the width that their code needs: element b counts codes of b bits (0: the code 0; 1: -1; 2: 1 and -2; ..).</param>
/// <param name="WeightError">Squared error of the weights relative to their power.</param>
/// <param name="Accumulator">Accumulator width that each bound asks for.</param>
public sealed record LayerReport(
    string Name, LayerWidths Widths, ElementType Input, ImmutableArray<int> CodeBits, double WeightError, AccumulatorNeeds Accumulator)
{
    /// <summary>Width of the weights: as asked for, or what a proof of method debruin left of it.</summary>
    public int WeightBits => CodeBits.Length - 1;

    /// <summary>Describes all layers of a network.</summary>
    public static ImmutableArray<LayerReport> Of(QuantizedNetwork network, WidthAssignment widths)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(widths);
        var names = LayerNames.Of(network.Graph);
        return [.. network.Graph.Nodes.Where(n => network.Layers.ContainsKey(n.Output))
            .Select(n => Of(network, LinearLayer.TryMake(network.Graph, n)!, names[n.Output], widths[names[n.Output]]))];
    }

    private static LayerReport Of(QuantizedNetwork network, LinearLayer layer, string name, LayerWidths widths)
    {
        var quantized = network.Layers[layer.Node.Output];
        var input = network.Activations[layer.X];
        var weights = FloatWeights.ToMatrix(layer, network.Graph[layer.W].Constant!.Floats);
        var rounded = quantized.Codes.Dequantized(quantized.Grid);
        double error = 0, power = 0;
        for (var i = 0; i < weights.Elements.Length; i++)
        {
            error += Math.Pow(weights.Elements[i] - rounded.Elements[i], 2);
            power += Math.Pow(weights.Elements[i], 2);
        }
        var histogram = new int[quantized.Grid.Bits + 1];
        foreach (var code in quantized.Codes.Elements)
            histogram[code == 0 ? 0 : new IntegerRange(code, code).SignedBits]++;
        return new(name, widths, input.Element, [.. histogram], power > 0 ? error / power : 0,
            AccumulatorNeeds.Of(quantized.Codes, quantized.Grid.Bits, new(input.Element.MinCode - input.Quant.ZeroPoint, input.Element.MaxCode - input.Quant.ZeroPoint)));
    }
}
