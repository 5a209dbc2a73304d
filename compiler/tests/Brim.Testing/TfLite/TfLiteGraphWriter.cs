using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Testing.TfLite;

/// <summary>
/// Writes a graph as a TensorFlow Lite file. Windows whose padding is neither SAME nor VALID become a PAD and a VALID operator, slices
/// that change the rank a slice and a reshape; everything else is one operator a node.
/// </summary>
public sealed class TfLiteGraphWriter
{
    private const int Same = 0;
    private const int Valid = 1;

    private readonly Graph _graph;
    private readonly TfLiteModelBuilder _model = new();
    private readonly Dictionary<int, int> _tensors = [];

    private TfLiteGraphWriter(Graph graph) => _graph = graph;

    /// <summary>Writes a graph.</summary>
    /// <exception cref="NotSupportedException">The format cannot express an operator's attributes or a type.</exception>
    public static byte[] Write(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new TfLiteGraphWriter(graph).Build();
    }

    private byte[] Build()
    {
        foreach (var id in _graph.Inputs)
            _tensors[id] = _model.Input(_graph[id].Name, _graph.TypeOf(id));
        foreach (var node in _graph.Nodes)
            Write(node);
        foreach (var id in _graph.Outputs)
            _model.Output(TensorOf(id));
        return _model.Build();
    }

    private int TensorOf(int id)
    {
        if (id == Value.None)
            return -1;
        if (!_tensors.TryGetValue(id, out var tensor))
        {
            var value = _graph[id];
            tensor = value.Constant is { } constant ? _model.Constant(value.Name, constant) : _model.Tensor(value.Name, value.Type);
            _tensors.Add(id, tensor);
        }
        return tensor;
    }

    private void Write(Node node)
    {
        int[] inputs = [.. node.Inputs.Select(TensorOf)];
        int[] outputs = [.. node.Outputs.Select(TensorOf)];
        var x = _graph.TypeOf(node.Inputs[0]);
        switch (node.Op)
        {
            case Conv2D op:
            {
                var w = _graph.TypeOf(node.Inputs[1]).Shape;
                var padding = Pad(op.Window, x, w[1], w[2], ref inputs);
                _model.Operator(TfLiteOperator.Conv2D, inputs, outputs, TfLiteOptions.Conv2D(padding, op.Window.StrideHeight, op.Window.StrideWidth,
                    TfLiteOptions.CodeOf(op.Activation), op.Window.DilationHeight, op.Window.DilationWidth), 3);
                break;
            }
            case DepthwiseConv2D op:
            {
                var w = _graph.TypeOf(node.Inputs[1]).Shape;
                var padding = Pad(op.Window, x, w[1], w[2], ref inputs);
                _model.Operator(TfLiteOperator.DepthwiseConv2D, inputs, outputs, TfLiteOptions.DepthwiseConv2D(padding, op.Window.StrideHeight, op.Window.StrideWidth,
                    w[3] / x.Shape[3], TfLiteOptions.CodeOf(op.Activation), op.Window.DilationHeight, op.Window.DilationWidth), 3);
                break;
            }
            case FullyConnected op:
                _model.Operator(TfLiteOperator.FullyConnected, inputs, outputs, TfLiteOptions.FullyConnected(TfLiteOptions.CodeOf(op.Activation), op.KeepDims), 5);
                break;
            case Pool2D op:
                WritePool(op, x, inputs, outputs);
                break;
            case StridedSlice op:
                WriteSlice(op, x, inputs, outputs);
                break;
            default:
                WritePlain(node, inputs, outputs);
                break;
        }
    }

    private void WritePlain(Node node, int[] inputs, int[] outputs)
    {
        var type = _graph.TypeOf(node.Output);
        switch (node.Op)
        {
            case Add op:
                _model.Operator(TfLiteOperator.Add, inputs, outputs, TfLiteOptions.Add(TfLiteOptions.CodeOf(op.Activation)), 2);
                break;
            case Sub op:
                _model.Operator(TfLiteOperator.Sub, inputs, outputs, TfLiteOptions.Sub(TfLiteOptions.CodeOf(op.Activation)), 2);
                break;
            case Mul op:
                _model.Operator(TfLiteOperator.Mul, inputs, outputs, TfLiteOptions.Mul(TfLiteOptions.CodeOf(op.Activation)), 2);
                break;
            case Mean op:
                _model.Operator(TfLiteOperator.Mean, [inputs[0], _model.Integers("axes", [.. op.Axes])], outputs, TfLiteOptions.Reducer(op.KeepDims), 2);
                break;
            case Reshape op:
                _model.Operator(TfLiteOperator.Reshape, [inputs[0], _model.Integers("shape", [.. op.Target])], outputs);
                break;
            case Transpose op:
                _model.Operator(TfLiteOperator.Transpose, [inputs[0], _model.Integers("permutation", [.. op.Permutation])], outputs, version: 2);
                break;
            case Pad op when op.PadValue == (type.Quant?.ZeroPoint ?? 0):
                _model.Operator(TfLiteOperator.Pad, [inputs[0], Margins(op.Before, op.After)], outputs, version: 2);
                break;
            case Pad op:
                _model.Operator(TfLiteOperator.PadV2, [inputs[0], Margins(op.Before, op.After), PadValue(op, type)], outputs, version: 2);
                break;
            case Concat op when op.Activation == Activation.None && node.Inputs.All(i => Equals(_graph.TypeOf(i).Quant, type.Quant)):
                _model.Operator(TfLiteOperator.Concatenation, inputs, outputs, TfLiteOptions.Concatenation(op.Axis), 2);
                break;
            case Softmax op when op.Axis is -1 || op.Axis == type.Shape.Rank - 1:
                _model.Operator(TfLiteOperator.Softmax, inputs, outputs, TfLiteOptions.Softmax((float)op.Beta), 2);
                break;
            case Logistic:
                _model.Operator(TfLiteOperator.Logistic, inputs, outputs, version: 2);
                break;
            case Tanh:
                _model.Operator(TfLiteOperator.Tanh, inputs, outputs, version: 2);
                break;
            case UnaryActivation { Activation: not Activation.None } op:
                _model.Operator(op.Activation switch { Activation.Relu => TfLiteOperator.Relu, Activation.Relu6 => TfLiteOperator.Relu6, _ => TfLiteOperator.ReluN1To1 }, inputs, outputs);
                break;
            case LeakyRelu op:
                _model.Operator(TfLiteOperator.LeakyRelu, inputs, outputs, TfLiteOptions.LeakyRelu((float)op.Alpha), 2);
                break;
            case Quantize:
                _model.Operator(TfLiteOperator.Quantize, inputs, outputs);
                break;
            case Dequantize:
                _model.Operator(TfLiteOperator.Dequantize, inputs, outputs, version: 2);
                break;
            default:
                throw new NotSupportedException($"the format cannot express {node.Op}");
        }
    }

    private void WritePool(Pool2D op, TensorType x, int[] inputs, int[] outputs)
    {
        var padding = PaddingOf(op.Window, x.Shape, op.KernelHeight, op.KernelWidth)
            ?? throw new NotSupportedException($"the format has no pooling with padding {op.Window}");
        _model.Operator(op is MaxPool2D ? TfLiteOperator.MaxPool2D : TfLiteOperator.AveragePool2D, inputs, outputs, TfLiteOptions.Pool2D(
            padding, op.Window.StrideHeight, op.Window.StrideWidth, op.KernelHeight, op.KernelWidth, TfLiteOptions.CodeOf(op.Activation)), 2);
    }

    private void WriteSlice(StridedSlice op, TensorType x, int[] inputs, int[] outputs)
    {
        var end = new int[op.Begin.Length];
        var endMask = 0;
        for (var d = 0; d < end.Length; d++)
        {
            end[d] = op.Begin[d] + (op.SlicedShape[d] * op.Strides[d]);
            // A negative end would count from the far side.
            if (end[d] < 0)
                endMask |= 1 << d;
        }
        var result = op.ResultShape == op.SlicedShape ? outputs[0] : _model.Tensor("sliced", x with { Shape = op.SlicedShape });
        _model.Operator(TfLiteOperator.StridedSlice,
            [inputs[0], _model.Integers("begin", [.. op.Begin]), _model.Integers("end", end), _model.Integers("strides", [.. op.Strides])],
            [result], TfLiteOptions.StridedSlice(endMask: endMask), 2);
        if (result != outputs[0])
            _model.Operator(TfLiteOperator.Reshape, [result, _model.Integers("shape", [.. op.ResultShape])], outputs);
    }

    /// <summary>The padding mode of a window; where there is none, a PAD takes the place of the input.</summary>
    private int Pad(Window2D window, TensorType x, int kernelHeight, int kernelWidth, ref int[] inputs)
    {
        if (PaddingOf(window, x.Shape, kernelHeight, kernelWidth) is { } padding)
            return padding;
        Shape shape = [x.Shape[0], x.Shape[1] + window.PadTop + window.PadBottom, x.Shape[2] + window.PadLeft + window.PadRight, x.Shape[3]];
        var padded = _model.Tensor("padded", x with { Shape = shape });
        _model.Operator(TfLiteOperator.Pad, [inputs[0], Margins([0, window.PadTop, window.PadLeft, 0], [0, window.PadBottom, window.PadRight, 0])], [padded], version: 2);
        inputs = [padded, .. inputs[1..]];
        return Valid;
    }

    private int Margins(IReadOnlyList<int> before, IReadOnlyList<int> after)
    {
        int[] values = [.. before.Zip(after).SelectMany(p => new[] { p.First, p.Second })];
        return _model.Constant("paddings", Tensor.FromCodes(new TensorType(ElementType.Int32, [before.Count, 2]), values));
    }

    private int PadValue(Pad op, TensorType type)
    {
        var scalar = type with { Shape = Shape.Scalar };
        return _model.Constant("value", type.Element.IsFloat ? Tensor.FromFloats(scalar, [(float)op.PadValue]) : Tensor.FromCodes(scalar, [(int)op.PadValue]));
    }

    private static int? PaddingOf(Window2D window, Shape x, int kernelHeight, int kernelWidth)
    {
        if (window.IsUnpadded)
            return Valid;
        var rows = SameTotal(x[1], kernelHeight, window.StrideHeight, window.DilationHeight);
        var columns = SameTotal(x[2], kernelWidth, window.StrideWidth, window.DilationWidth);
        return window.PadTop == rows / 2 && window.PadTop + window.PadBottom == rows && window.PadLeft == columns / 2 && window.PadLeft + window.PadRight == columns
            ? Same
            : null;
    }

    private static int SameTotal(int input, int kernel, int stride, int dilation)
    {
        // The last window starts at the last multiple of the stride within the input.
        var lastStart = (input - 1) / stride * stride;
        return Math.Max(lastStart + ((kernel - 1) * dilation) + 1 - input, 0);
    }
}
