using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>Brings a float graph into the form that is quantized: every layer has a bias, activations are fused, whole-image pooling is a mean.</summary>
internal static class FloatGraphPreparation
{
    public static Graph Prepare(Graph graph)
    {
        var editor = new GraphEditor(graph);
        FuseActivations(graph, editor);
        foreach (var node in editor.Nodes.ToArray())
        {
            if (LinearLayer.TryMake(graph, node) is { Bias: Value.None } layer)
            {
                // A bias corrects the mean error of quantization even where the float layer needs none.
                var zero = editor.AddConstant(node.Name + "/bias", Tensor.Zeros(new TensorType(ElementType.Float32, [layer.Outputs])));
                editor.Replace(node, node with { Inputs = [node.Inputs[0], node.Inputs[1], zero] });
            }
            else if (node.Op is AveragePool2D { Activation: Activation.None } && GlobalMeanStep.IsGlobalMean(graph, node))
            {
                // A mean may change the scale; a pooling operator may not.
                editor.Replace(node, node with { Op = new Mean([1, 2], true) });
            }
        }
        // Weights shared by two layers would be rounded twice, for different inputs: give each layer its own copy.
        var taken = new HashSet<int>();
        foreach (var node in editor.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected).ToArray())
        {
            var inputs = node.Inputs.Select((id, i) => i == 0 || id == Value.None || taken.Add(id) ? id : editor.AddConstant(editor[id].Name, editor[id].Constant!));
            editor.Replace(node, node with { Inputs = [.. inputs] });
        }
        return editor.ToGraph();
    }

    private static void FuseActivations(Graph graph, GraphEditor editor)
    {
        var producers = graph.Producers();
        var consumers = graph.Consumers();
        foreach (var node in graph.Nodes)
        {
            if (node.Op is not UnaryActivation unary || !producers.TryGetValue(node.Inputs[0], out var producer))
                continue;
            if (consumers[node.Inputs[0]].Count() != 1 || graph.Outputs.Contains(node.Inputs[0]))
                continue;
            Op? fused = producer.Op switch
            {
                Conv2D { Activation: Activation.None } c => c with { Activation = unary.Activation },
                DepthwiseConv2D { Activation: Activation.None } d => d with { Activation = unary.Activation },
                FullyConnected { Activation: Activation.None } f => f with { Activation = unary.Activation },
                Add { Activation: Activation.None } a => a with { Activation = unary.Activation },
                _ => null,
            };
            if (fused is null)
                continue;
            editor.Replace(producer, producer with { Op = fused, Outputs = [node.Output] });
            editor.Remove(node);
        }
    }
}
