using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx.Qonnx;

/// <content>How each operator of the graph is stated in the file.</content>
internal sealed partial class QonnxGraphWriter
{
    // The name of the result, quantized and NCHW.
    private string Written(Node node)
    {
        var (x, type) = (node.Inputs[0], _graph.TypeOf(node.Output));
        return node.Op switch
        {
            Conv2D { ZeroPointFolded: false } op => Convolution(node, op.Window, op.Activation, op.Requantization, _graph.TypeOf(x).Shape[3] / _graph.TypeOf(node.Inputs[1]).Shape[3]),
            DepthwiseConv2D { ZeroPointFolded: false } op => Convolution(node, op.Window, op.Activation, op.Requantization, _graph.TypeOf(x).Shape[3]),
            FullyConnected { ZeroPointFolded: false } op => Product(node, op),
            Add op => Pair("Add", node, op.Activation),
            Sub op => Pair("Sub", node, op.Activation),
            Mul op => Pair("Mul", node, op.Activation),
            MaxPool2D op => op.Activation == Activation.None ? Pool("MaxPool", node, op) : Quantized(Pool("MaxPool", node, op), node.Name, type, op.Activation),
            AveragePool2D op => Quantized(Pool("AveragePool", node, op), node.Name, type, op.Activation),
            Mean op => MeanOf(node, op),
            Reshape op => FromStored(Reshaped(Stored(x), node.Name, op.Target), node.Name, op.Target),
            Transpose op => FromStored(_file.Add("Transpose", node.Name, [Stored(x)], OnnxFileBuilder.Ints("perm", op.Permutation)), node.Name, type.Shape),
            Pad op => Padded(node, op),
            Concat op => Joined(node, op),
            StridedSlice op => Sliced(node, op),
            Softmax op => SoftmaxOf(node, op),
            Logistic => Quantized(_file.Add("Sigmoid", node.Name, [Named(x)]), node.Name, type),
            Tanh => Quantized(_file.Add("Tanh", node.Name, [Named(x)]), node.Name, type),
            LeakyRelu op => Quantized(_file.Add("LeakyRelu", node.Name, [Named(x)], OnnxFileBuilder.Float("alpha", (float)op.Alpha)), node.Name, type),
            WindowBits op => Windowed(node, op.Window, []),
            WindowBitPairs op => Windowed(node, op.Window, Pairing(type.Shape.Rank, op.Alone)),
            UnaryActivation op => Quantized(Named(x), node.Name, type, op.Activation),
            Quantize => Quantized(Named(x), node.Name, type),
            Dequantize => _file.Add("Identity", node.Name, [Named(x)]),
            _ => throw new ArgumentException($"'{node.Name}' ({node.Op}) has no form in QONNX"),
        };
    }

    private string Convolution(Node node, Window2D window, Activation activation, Requantization scheme, int groups)
    {
        var w = _graph[node.Inputs[1]].Constant!;
        var isDepthwise = node.Op is DepthwiseConv2D;
        // OHWI, or 1HWM of depthwise layers, to OIHW.
        int[] order = isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2];
        var s = w.Type.Shape;
        var weights = Weights(w, Permuted(Reals(w), s, order), new Shape([.. order.Select(d => s[d])]), _graph[node.Inputs[1]].Name);
        ImmutableArray<string> operands = [Named(node.Inputs[0]), weights, .. Bias(node)];
        var sum = _file.Add("Conv", node.Name, operands,
            OnnxFileBuilder.Ints("dilations", window.DilationHeight, window.DilationWidth), OnnxFileBuilder.Int("group", groups),
            OnnxFileBuilder.Ints("kernel_shape", s[1], s[2]),
            OnnxFileBuilder.Ints("pads", window.PadTop, window.PadLeft, window.PadBottom, window.PadRight),
            OnnxFileBuilder.Ints("strides", window.StrideHeight, window.StrideWidth));
        Note(sum, scheme);
        return Quantized(sum, node.Name, _graph.TypeOf(node.Output), activation);
    }

    private string Product(Node node, FullyConnected op)
    {
        var w = _graph[node.Inputs[1]].Constant!;
        var (x, type) = (_graph.TypeOf(node.Inputs[0]).Shape, _graph.TypeOf(node.Output));
        Shape rows = [(int)(x.ElementCount / w.Type.Shape[1]), w.Type.Shape[1]];
        var matrix = x == rows ? Named(node.Inputs[0]) : Reshaped(Stored(node.Inputs[0]), node.Name + "_rows", rows);
        ImmutableArray<string> operands = [matrix, Weights(w, Reals(w), w.Type.Shape, _graph[node.Inputs[1]].Name), .. Bias(node)];
        var sum = _file.Add("Gemm", node.Name, operands, OnnxFileBuilder.Int("transB", 1));
        Note(sum, op.Requantization);
        Shape result = [rows[0], w.Type.Shape[0]];
        var codes = Quantized(sum, node.Name, type with { Shape = result }, op.Activation);
        return type.Shape == result ? codes : FromStored(Reshaped(codes, node.Name, type.Shape), node.Name, type.Shape);
    }

    private void Note(string name, Requantization scheme)
    {
        if (scheme != Requantization.Single)
            _file.AddMetadata(BrimMetadata.RequantizationPrefix + name, scheme.ToString());
    }

    private string Weights(Tensor w, float[] reals, Shape shape, string name)
    {
        var value = _file.Floats(name, shape, reals);
        if (w.Type.Quant is not { } quant)
            return value;
        var scales = quant.Scales.Length == 1 ? Shape.Scalar : new Shape([shape[0], .. Enumerable.Repeat(1, shape.Rank - 1)]);
        return Quant(value, value, w.Type.Element, quant, scales);
    }

    // Biases keep their codes: 32 bits do not fit a float.
    private ImmutableArray<string> Bias(Node node)
    {
        if (node.Inputs.Length < 3 || node.Inputs[2] == Value.None)
            return ZeroBias(node);
        var (bias, name) = (_graph[node.Inputs[2]].Constant!, _graph[node.Inputs[2]].Name);
        var vector = bias.WithType(new TensorType(bias.Type.Element, [(int)bias.Type.Shape.ElementCount]));
        if (bias.Type.Element.IsFloat)
            return [_file.Floats(name, vector.Type.Shape, vector.Floats)];
        return [Real(vector, node, name)];
    }

    private string Real(Tensor codes, Node node, string name)
    {
        var (x, w) = (_graph.TypeOf(node.Inputs[0]).Quant!, _graph.TypeOf(node.Inputs[1]).Quant!);
        var stored = _file.Codes(name, codes);
        var scales = _file.Floats(name + "_scale", w.Scales.Length == 1 ? Shape.Scalar : [w.Scales.Length], [.. w.Scales.Select(s => (float)(s * x.Scale))]);
        return codes.Type.Element.Bits == 64
            ? _file.Add("Mul", name + "_real", [_file.Add("Cast", name + "_float", [stored], OnnxFileBuilder.Int("to", (int)OnnxTensorType.Float)), scales])
            : _file.Add("DequantizeLinear", name + "_real", [stored, scales], OnnxFileBuilder.Int("axis", 0));
    }

    // With 16-bit activations the width of the bias is that of the accumulator. Without one it depends on the operator, and a convolution
    // of one channel a group is read back as the other kind.
    private ImmutableArray<string> ZeroBias(Node node)
    {
        if (_graph.TypeOf(node.Inputs[0]).Element is not { IsInteger: true, Bits: 16 } || node.Op is FullyConnected)
            return [];
        var type = new TensorType(node.Op is DepthwiseConv2D ? ElementType.Int64 : ElementType.Int32, [_graph.TypeOf(node.Output).Shape[3]]);
        return [Real(Tensor.Zeros(type), node, node.Name + "_bias")];
    }

    private string Pair(string operatorName, Node node, Activation activation)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        var type = _graph.TypeOf(node.Output);
        var result = _file.Add(operatorName, node.Name, [Aligned(a, type.Shape.Rank), Aligned(b, type.Shape.Rank)]);
        return Quantized(result, node.Name, type, activation);
    }

    // Broadcasting aligns the last dimensions; an image's are others in the file than in the graph.
    private string Aligned(int id, int rank)
    {
        var shape = _graph.TypeOf(id).Shape;
        if (_graph[id].IsConstant)
            return Constant(id, rank);
        if (rank != 4 || shape.Rank == 4)
            return shape.Rank == 4 && rank != 4 ? Stored(id) : Named(id);
        Shape full = [.. Enumerable.Repeat(1, 4 - shape.Rank), .. shape];
        return FromStored(Reshaped(Named(id), Named(id), full), Named(id), full);
    }

    private string Pool(string operatorName, Node node, Pool2D op) => _file.Add(operatorName, node.Name, [Named(node.Inputs[0])],
        OnnxFileBuilder.Ints("kernel_shape", op.KernelHeight, op.KernelWidth),
        OnnxFileBuilder.Ints("pads", op.Window.PadTop, op.Window.PadLeft, op.Window.PadBottom, op.Window.PadRight),
        OnnxFileBuilder.Ints("strides", op.Window.StrideHeight, op.Window.StrideWidth));

    private string MeanOf(Node node, Mean op)
    {
        var (x, type) = (_graph.TypeOf(node.Inputs[0]).Shape, _graph.TypeOf(node.Output));
        var keep = OnnxFileBuilder.Int("keepdims", op.KeepDims ? 1 : 0);
        if (x.Rank == 4 && (op.KeepDims || (op.Axes.Contains(1) && op.Axes.Contains(2))))
            return Quantized(_file.Add("ReduceMean", node.Name, [Named(node.Inputs[0])], OnnxFileBuilder.Ints("axes", op.Axes.Select(a => ToNhwc[a]).Order()), keep), node.Name, type);
        var mean = _file.Add("ReduceMean", node.Name, [Stored(node.Inputs[0])], OnnxFileBuilder.Ints("axes", op.Axes), keep);
        return FromStored(Quantized(mean, node.Name, type), node.Name, type.Shape);
    }

    private string Padded(Node node, Pad op)
    {
        var type = _graph.TypeOf(node.Output);
        int[] order = type.Shape.Rank == 4 ? ToNchw : [.. Enumerable.Range(0, type.Shape.Rank)];
        long[] margins = [.. order.Select(d => (long)op.Before[d]), .. order.Select(d => (long)op.After[d])];
        var value = type.Quant is { } q ? (float)(op.PadValue - q.ZeroPoint) * (float)q.Scale : (float)op.PadValue;
        return _file.Add("Pad", node.Name, [Named(node.Inputs[0]), _file.Integers(node.Name + "_margins", margins), Number(node.Name + "_value", value)]);
    }

    private string Joined(Node node, Concat op)
    {
        var type = _graph.TypeOf(node.Output);
        var axis = type.Shape.Rank == 4 ? ToNhwc[op.Axis] : op.Axis;
        var result = _file.Add("Concat", node.Name, [.. node.Inputs.Select(Named)], OnnxFileBuilder.Int("axis", axis));
        return Quantized(result, node.Name, type, op.Activation);
    }

    private string Sliced(Node node, StridedSlice op)
    {
        var rank = op.SlicedShape.Rank;
        // The end before the first element is stated as far outside; -1 would mean the last element.
        var ends = Enumerable.Range(0, rank).Select(d => op.Begin[d] + ((long)op.SlicedShape[d] * op.Strides[d])).Select(e => e < 0 ? int.MinValue : e);
        var result = _file.Add("Slice", node.Name,
        [
            Stored(node.Inputs[0]), _file.Integers(node.Name + "_starts", [.. op.Begin.Select(b => (long)b)]), _file.Integers(node.Name + "_ends", [.. ends]),
            _file.Integers(node.Name + "_axes", [.. Enumerable.Range(0, rank).Select(d => (long)d)]), _file.Integers(node.Name + "_steps", [.. op.Strides.Select(s => (long)s)]),
        ]);
        if (op.ResultShape != op.SlicedShape)
            result = Reshaped(result, node.Name, op.ResultShape);
        return FromStored(result, node.Name, op.ResultShape);
    }

    private string Windowed(Node node, BitWindow window, ReadOnlySpan<AttributeProto> pairing)
    {
        var scale = Number(node.Name + "_scale", (float)_graph.TypeOf(node.Output).Quant!.Scale);
        return _file.AddBrim(WindowBitsMapping.OperatorName, node.Name, [Named(node.Inputs[0]), scale],
        [
            OnnxFileBuilder.Int(WindowBitsMapping.BitsName, window.Bits), OnnxFileBuilder.Ints(WindowBitsMapping.PlacesName, window.Shifts),
            Rounding(WindowBitsMapping.RoundingName, window), .. pairing,
        ]);
    }

    private static AttributeProto[] Pairing(int rank, BitWindow? alone)
    {
        var axis = OnnxFileBuilder.Int(WindowBitsMapping.AxisName, rank == 4 ? 1 : rank - 1);
        return alone is null ? [axis] :
        [
            axis, OnnxFileBuilder.Int(WindowBitsMapping.AloneBitsName, alone.Bits), OnnxFileBuilder.Ints(WindowBitsMapping.AlonePlacesName, alone.Shifts),
            Rounding(WindowBitsMapping.AloneRoundingName, alone),
        ];
    }

    private static AttributeProto Rounding(string name, BitWindow window) => OnnxFileBuilder.Text(name, window.Rounds ? "ROUND" : "FLOOR");

    private string SoftmaxOf(Node node, Softmax op)
    {
        var type = _graph.TypeOf(node.Output);
        var x = Stored(node.Inputs[0]);
        if (op.Beta != 1)
            x = _file.Add("Mul", node.Name + "_scaled", [x, Number(node.Name + "_beta", (float)op.Beta)]);
        var result = _file.Add("Softmax", node.Name, [x], OnnxFileBuilder.Int("axis", op.Axis));
        return FromStored(Quantized(result, node.Name, type), node.Name, type.Shape);
    }
}
