using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Networks;
using Brim.Quantize.Recipes;

namespace Brim.Quantize.Tests;

public class LayerAccumulatorTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(4, 4)]
    [InlineData(2, 1)]
    public void TheExactBound_IsReachedByAnAdversarialInput(int weights, int activations)
    {
        var (graph, data) = SmallNetworks.Residual(70);
        var diagnostics = new DiagnosticBag();
        var recipe = new QuantizationRecipe { Default = new(weights, activations), First = new() };
        var result = Quantization.Run(graph, recipe, data, diagnostics)!;
        var layers = LayerAccumulator.Of(result.Graph);
        Assert.Equal(LayerNames.Of(result.Graph).Values, layers.Select(l => l.Name));
        Assert.Equal(result.Report.Layers.Select(l => l.Accumulator), layers.Select(l => l.Needs));
        foreach (var layer in layers)
        {
            var node = result.Graph.Nodes.Single(n => n.Name == layer.Name);
            var (x, w) = (result.Graph.TypeOf(node.Inputs[0]), result.Graph[node.Inputs[1]].Constant!);
            Assert.Equal((weights, activations), (layer.Weights.Bits, layer.Input.Bits));
            // One channel at a time, its element (k, c) read where the layouts put it; each factor at the end that moves the sum further.
            var outputs = node.Op is DepthwiseConv2D ? w.Type.Shape[3] : w.Type.Shape[0];
            long lowest = 0, highest = 0;
            for (var c = 0; c < outputs; c++)
            {
                long low = 0, high = 0;
                for (var k = 0; k < layer.Length; k++)
                {
                    var code = node.Op is DepthwiseConv2D ? w.Codes[(k * outputs) + c] : w.Codes[(c * layer.Length) + k];
                    long[] products = [code * (x.Element.MinCode - x.Quant!.ZeroPoint), code * (x.Element.MaxCode - x.Quant.ZeroPoint)];
                    low += products.Min();
                    high += products.Max();
                }
                (lowest, highest) = (Math.Min(lowest, low), Math.Max(highest, high));
            }
            Assert.Equal(new IntegerRange(lowest, highest).SignedBits, layer.Needs.Exact);
            Assert.True(layer.Needs.Centred <= layer.Needs.Exact && layer.Needs.Exact <= layer.Needs.A2QPlus && layer.Needs.Exact <= layer.Needs.A2Q && layer.Needs.A2Q <= layer.Needs.DataType, layer.ToString());
        }
    }

    [Fact]
    public void FloatLayers_AreLeftOut() => Assert.Empty(LayerAccumulator.Of(SmallNetworks.Residual(71).Graph));
}
