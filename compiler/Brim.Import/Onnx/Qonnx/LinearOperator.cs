using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// The integer operator that a float one between DequantizeLinear and QuantizeLinear stands for. Where an operator fixes the quantization of its operands or its
/// result (poolings, concatenations, softmax), a rescaling of codes makes up the difference.
/// </summary>
internal static class LinearOperator
{
    /// <summary>Adds the operator; null if there is none.</summary>
    /// <param name="form">The graph to be.</param>
    /// <param name="layer">The float operator.</param>
    /// <param name="result">The codes that the model wants.</param>
    public static int? TryAdd(IntegerForm form, PendingLayer layer, TensorType result)
    {
        var node = layer.Node;
        switch (node.Op)
        {
            case Conv2D or DepthwiseConv2D or FullyConnected:
                return AddWeighted(form, layer, result);
            case AveragePool2D pool when form.CodesOf(node.Inputs[0]) is { } x && !HasTypeOf(form.Editor[x].Type, result):
                var own = form.Editor[x].Type;
                // A mean over the whole image has a rescaling of its own.
                if (pool.KernelHeight == own.Shape[1] && pool.KernelWidth == own.Shape[2] && pool.Window.IsUnpadded && layer.Activation == Activation.None)
                    return form.Editor.AddNode(new Mean([1, 2], true), [x], result, node.Name, node.Location);
                return Rescaled(form, node, IntegerOperator.TryAdd(form, layer, own with { Shape = result.Shape }), result);
            case Concat concat:
                var parts = node.Inputs.Select(form.CodesOf).ToList();
                if (parts.Contains(null))
                    return null;
                int[] alike = [.. parts.Select(id => Rescaled(form, node, id, result with { Shape = form.Editor[id!.Value].Type.Shape })!.Value)];
                return form.Editor.AddNode(concat with { Activation = layer.Activation }, alike, result, node.Name, node.Location);
            case Softmax or Logistic or Tanh when layer.Activation == Activation.None:
                var natural = NaturalType(node.Op, result);
                return Rescaled(form, node, IntegerOperator.TryAdd(form, layer, natural), result);
            default:
                return IntegerOperator.TryAdd(form, layer, result);
        }
    }

    /// <summary>Adds an operator whose range alone determines its result's codes; null if there is none.</summary>
    public static int? TryAddUnquantized(IntegerForm form, PendingLayer layer) =>
        layer is { Node.Op: Softmax or Logistic or Tanh, Activation: Activation.None } && form.CodesOf(layer.Node.Inputs[0]) is { } x
            ? IntegerOperator.TryAdd(form, layer, NaturalType(layer.Node.Op, form.Editor[x].Type))
            : null;

    // The integer operators have fixed scales, as in TFLite: the whole range of codes for 0..1 or -1..1.
    private static TensorType NaturalType(Op op, TensorType like)
    {
        var (element, half) = (like.Element, Math.ScaleB(1, 1 - like.Element.Bits));
        var quant = element.Bits == 16 ? QuantParams.PerTensor(half)
            : op is Tanh ? QuantParams.PerTensor(half, element.IsSigned ? 0 : 1 << (element.Bits - 1))
            : QuantParams.PerTensor(half / 2, (int)element.MinCode);
        return like with { Quant = quant };
    }

    private static bool HasTypeOf(TensorType a, TensorType b) => a.Element == b.Element && a.Quant!.Equals(b.Quant);

    private static int? Rescaled(IntegerForm form, Node node, int? codes, TensorType result) =>
        codes is not { } id || HasTypeOf(form.Editor[id].Type, result) ? codes : form.Editor.AddNode(new Quantize(), [id], result, node.Name, node.Location);

    private static int? AddWeighted(IntegerForm form, PendingLayer layer, TensorType result)
    {
        var node = layer.Node;
        if (form.CodesOf(node.Inputs[0]) is not { } x || form.ConstantCodesOf(node.Inputs[1]) is not { Type: { Element.Bits: <= 8, Quant: { } scales } } weights || scales.ZeroPoints.Any(z => z != 0))
            return null;
        var (channels, axis) = (result.Shape[-1], node.Op is DepthwiseConv2D ? 3 : 0);
        if (scales.Axis is { } stated && stated != axis)
            return null;
        var w = form.Editor.AddConstant(form.Source[node.Inputs[1]].Name, weights);
        var operands = new List<int> { x, w };
        if (node.Inputs.Length > 2)
        {
            if (Bias(form, node.Inputs[2], form.Editor[x].Type.Quant!, scales, channels) is not { } bias)
                return null;
            operands.Add(form.Editor.AddConstant(form.Source[node.Inputs[2]].Name, bias));
        }
        var scheme = form.RequantizationOf(node);
        Op op = node.Op switch
        {
            Conv2D conv => conv with { Activation = layer.Activation, Requantization = scheme },
            DepthwiseConv2D depthwise => depthwise with { Activation = layer.Activation, Requantization = scheme },
            _ => (FullyConnected)node.Op with { Activation = layer.Activation, Requantization = scheme },
        };
        return form.Editor.AddNode(op, [.. operands], result, node.Name, node.Location);
    }

    // Biases are accumulators: their scale is that of the products. Codes of that scale are taken as they are, others from the real values.
    private static Tensor? Bias(IntegerForm form, int id, QuantParams x, QuantParams w, int channels)
    {
        var type = new TensorType(ElementType.Int32, [channels]);
        if (form.Source[id].Constant is not { } real || real.Floats.Length != channels)
            return null;
        var codes = form.ConstantCodesOf(id) is { Type: { Element.Bits: 32, Quant: { } quant } } stored && quant.ZeroPoints.All(z => z == 0)
            && Enumerable.Range(0, channels).All(c => Math.Abs((quant.ScaleAt(c) / (x.Scale * w.ScaleAt(c))) - 1) < 1e-5)
            ? stored
            : null;
        if (codes is not null)
            return codes.WithType(type);
        var biases = new int[channels];
        for (var c = 0; c < channels; c++)
        {
            var bias = Math.Round(real.Floats[c] / (x.Scale * w.ScaleAt(c)));
            if (!(Math.Abs(bias) <= int.MaxValue))
                return null;
            biases[c] = (int)bias;
        }
        return Tensor.FromCodes(type, biases);
    }
}
