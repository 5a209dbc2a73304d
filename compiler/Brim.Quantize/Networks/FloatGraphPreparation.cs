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
        // Constants shared by two operators would be rounded twice, for different inputs: give each operator its own copy.
        var taken = new HashSet<int>();
        foreach (var node in editor.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected or BinaryElementwise or Concat).ToArray())
        {
            var inputs = node.Inputs.Select(id => id == Value.None || !editor[id].IsConstant || taken.Add(id) ? id : editor.AddConstant(editor[id].Name, editor[id].Constant!));
            editor.Replace(node, node with { Inputs = [.. inputs] });
        }
        SeparateDefinedTypes(editor);
        return editor.ToGraph();
    }

    /// <summary>
    /// Joined values have one type. A result whose type its operator defines (probabilities) gets a node between, which is nothing on floats and
    /// rescales codes.
    /// </summary>
    private static void SeparateDefinedTypes(GraphEditor editor)
    {
        foreach (var node in editor.Nodes.Where(n => n.Op is Concat).ToArray())
        {
            var inputs = node.Inputs.ToArray();
            for (var i = 0; i < inputs.Length; i++)
            {
                if (HasDefinedType(editor, inputs[i]))
                    inputs[i] = editor.AddNode(new UnaryActivation(Activation.None), [inputs[i]], editor[inputs[i]].Type, FormattableString.Invariant($"{node.Name}/operand{i}"), node.Location);
            }
            editor.Replace(node, node with { Inputs = [.. inputs] });
        }
    }

    private static bool HasDefinedType(GraphEditor editor, int id)
    {
        while (editor.Nodes.FirstOrDefault(n => n.Outputs.Contains(id)) is { } producer)
        {
            if (ActivationTypes.HasDefinedType(producer.Op))
                return true;
            if (!ActivationTypes.KeepsType(producer.Op) || producer.Op is Concat)
                return false;
            id = producer.Inputs[0];
        }
        return false;
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
