using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>Reports everything that keeps a graph from being quantized, before any work is done.</summary>
internal static class QuantizabilityCheck
{
    public static bool Run(Graph graph, WidthAssignment widths, DataSource data, DiagnosticBag diagnostics)
    {
        var own = new DiagnosticBag();
        var location = new SourceLocation(graph.Name);
        if (graph.Inputs.Length != 1 || !graph.TypeOf(graph.Inputs[0]).Element.IsFloat)
            own.Report(QuantizationDiagnostics.UnquantizableOperator, location, "the graph must have one float input");
        else if (graph.TypeOf(graph.Inputs[0]).Shape.ElementCount != data.SampleShape.ElementCount)
            own.Report(QuantizationDiagnostics.DataDoesNotFit, location, $"samples of {data.SampleShape} for an input of {graph.TypeOf(graph.Inputs[0]).Shape}");
        foreach (var node in graph.Nodes)
        {
            var supported = node.Op switch
            {
                Conv2D or DepthwiseConv2D or FullyConnected => LinearLayer.TryMake(graph, node) is not null,
                // One operand may be a constant; it becomes codes.
                BinaryElementwise or Concat => node.Inputs.Any(id => !graph[id].IsConstant) && node.Inputs.All(id => graph.TypeOf(id).Element.IsFloat),
                Mean or Pool2D or Reshape or Transpose or Pad or StridedSlice or Softmax or UnaryActivation or LeakyRelu or Logistic or Tanh =>
                    node.Inputs.All(id => !graph[id].IsConstant),
                _ => false,
            };
            if (!supported)
                own.Report(QuantizationDiagnostics.UnquantizableOperator, node.Location, $"'{node.Name}' ({node.Op.Mnemonic}) has no integer form here");
        }
        var names = LayerNames.Of(graph).Values.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, layer) in widths.Layers.Append(new("default", widths.Default)))
        {
            if (name != "default" && !names.Contains(name))
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"no layer is named '{name}'", $"layers are: {string.Join(", ", names.Order(StringComparer.Ordinal))}");
            if (layer.WeightBits is < 2 or > 8 || layer.ActivationBits is < 1 or > 8)
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"'{name}': {layer} has widths outside of 2..8 for weights and 1..8 for activations");
            if (!RoundingMethods.Names.Contains(layer.Method))
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"'{name}': no method '{layer.Method}'", $"methods are: {string.Join(", ", RoundingMethods.Names)}");
            else if (RoundingMethods.Find(layer.Method)!.NeedsAccumulator && layer.AccumulatorBits is null)
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"'{name}': method '{layer.Method}' needs an accumulator width");
            if (RoundingMethods.Find(layer.Method)?.Window is not null && layer.ActivationBits != 8)
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"'{name}': method '{layer.Method}' cuts its windows out of 8-bit activations, not of {layer.ActivationBits} bits");
            if (layer.AccumulatorBits is < 2 or > 32 || layer.TileSize is < 1)
                own.Report(QuantizationDiagnostics.BadWidthAssignment, location, $"'{name}': {layer} has an accumulator outside of 2..32 bits or an empty tile");
        }
        diagnostics.AddRange(own);
        return !own.HasErrors;
    }
}
