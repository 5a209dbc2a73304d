using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>The integer operator that a float one between quantizations stands for.</summary>
internal static class IntegerOperator
{
    /// <summary>Adds the operator; null if an operand has no codes.</summary>
    public static int? TryAdd(IntegerForm form, PendingLayer layer, TensorType result)
    {
        var (node, activation) = (layer.Node, layer.Activation);
        var scheme = form.RequantizationOf(node);
        var operands = node.Inputs;
        Op? op = node.Op switch
        {
            Conv2D c => c with { Activation = activation, Requantization = scheme },
            DepthwiseConv2D d => d with { Activation = activation, Requantization = scheme },
            FullyConnected f => f with { Activation = activation, Requantization = scheme },
            Add => new Add(activation),
            Sub => new Sub(activation),
            Mul => new Mul(activation),
            AveragePool2D p => p with { Activation = activation },
            Concat c => c with { Activation = activation },
            Mean or Logistic or Tanh or LeakyRelu or UnaryActivation when activation == Activation.None => node.Op,
            Softmax s when activation == Activation.None => WithBeta(form, s, ref operands),
            _ => null,
        };
        if (op is null)
            return null;
        var ids = new int[operands.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            if (form.CodesOf(operands[i]) is not { } codes)
                return null;
            ids[i] = codes;
        }
        if (op is Conv2D or DepthwiseConv2D or FullyConnected && ids.Length > 2)
            ids[2] = PlainBias(form, ids[2]);
        return form.Editor.AddNode(op, ids, result, node.Name, node.Location);
    }

    // A factor before the softmax is the slope of its exponent.
    private static Softmax WithBeta(IntegerForm form, Softmax softmax, ref System.Collections.Immutable.ImmutableArray<int> operands)
    {
        if (form.ProducerOf(operands[0]) is not { Op: Mul } scaled || form.Source[scaled.Inputs[1]].Constant is not { Type.Shape.ElementCount: 1 } beta)
            return softmax;
        operands = [scaled.Inputs[0]];
        return softmax with { Beta = beta.Floats[0] };
    }

    // Biases are accumulators: their scale is that of the products.
    private static int PlainBias(IntegerForm form, int id)
    {
        var bias = form.Editor[id].Constant!;
        return form.Editor.AddConstant(form.Editor[id].Name, bias.WithType(new TensorType(bias.Type.Element, bias.Type.Shape)));
    }
}
