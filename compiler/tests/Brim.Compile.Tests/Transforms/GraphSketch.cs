using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Transforms;

/// <summary>Builds small hand-made graphs: int8 activations and weights, one scale.</summary>
internal sealed class GraphSketch
{
    public GraphEditor Editor { get; } = new("sketch");

    public static TensorType Int8(Shape shape, double scale = 0.1, int zeroPoint = -3) =>
        new(ElementType.Int8, shape, QuantParams.PerTensor(scale, zeroPoint));

    public int Input(TensorType type) => Editor.AddInput("x", type);

    public int Node(Op op, TensorType type, params ReadOnlySpan<int> inputs) =>
        Editor.AddNode(op, inputs, type, $"{op.Mnemonic}{Editor.Nodes.Count}", SourceLocation.Generated);

    public Graph Output(params ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            Editor.AddOutput(id);
        return Editor.ToGraph();
    }

    /// <summary>Weights from a function of the index, with a scale for each index of an axis.</summary>
    public int Weights(Shape shape, int axis, Func<int, int> code)
    {
        var scales = Enumerable.Range(0, shape[axis]).Select(i => 0.02 + (0.003 * i)).ToArray();
        var type = new TensorType(ElementType.Int8, shape, QuantParams.PerAxis(axis, [.. scales], [.. scales.Select(_ => 0)]));
        return Editor.AddConstant("weights", Tensor.FromCodes(type, [.. Enumerable.Range(0, (int)shape.ElementCount).Select(code)]));
    }

    public int Bias(params int[] codes) =>
        Editor.AddConstant("bias", Tensor.FromCodes(new TensorType(ElementType.Int32, [codes.Length]), codes));

    /// <summary>A 1x1 convolution whose listed output channels have zero weights.</summary>
    public int Pointwise(int x, TensorType result, int[] bias, params int[] dead)
    {
        var inputs = Editor[x].Type.Shape[3];
        var w = Weights([result.Shape[3], 1, 1, inputs], 0, i => dead.Contains(i / inputs) ? 0 : (i * 37 % 101) - 50);
        return Node(new Conv2D(new Window2D(), Activation.None, Requantization.TfLiteDouble), result, x, w, Bias(bias));
    }

    public int Depthwise(int x, TensorType result, Window2D window, Activation activation = Activation.None)
    {
        var channels = result.Shape[3];
        var w = Weights([1, 3, 3, channels], 3, i => (i * 29 % 83) - 35);
        return Node(new DepthwiseConv2D(window, activation, Requantization.TfLiteDouble), result, x, w, Bias([.. Enumerable.Range(0, channels).Select(c => 40 * c)]));
    }
}
