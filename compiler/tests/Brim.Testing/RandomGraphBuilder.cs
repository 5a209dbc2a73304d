using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Testing;

/// <summary>Grows one random graph, operator by operator, from one NHWC input.</summary>
internal sealed partial class RandomGraphBuilder
{
    private readonly RandomGraphOptions _options;
    private readonly SplitMix64 _random;
    private readonly GraphEditor _editor;
    private readonly List<int> _values = [];
    private readonly HashSet<int> _read = [];

    public RandomGraphBuilder(string name, RandomGraphOptions options, SplitMix64 random)
    {
        (_options, _random) = (options, random);
        _editor = new GraphEditor(name) { Phase = GraphPhase.Quantized };
        Shape shape = [1, random.Between(1, options.MaxExtent), random.Between(1, options.MaxExtent), random.Between(1, options.MaxChannels)];
        _values.Add(_editor.AddInput("input", Activation(shape, Scale(0.003, 0.3))));
    }

    private bool Is16 => _options.Activation.Bits == 16;

    /// <summary>Adds one operator; false if it does not fit the value drawn.</summary>
    public bool TryPlace(string mnemonic)
    {
        // Mostly the newest value, so that graphs grow deep; sometimes an older one, so that they branch.
        var x = _random.OneIn(3) ? _random.Pick(_values) : _values[^1];
        var type = _editor[x].Type;
        if (type.Shape.ElementCount is 0 or > 6000)
            return false;
        return mnemonic switch
        {
            "conv2d" => Image(type) && PlaceConv2D(x, type),
            "depthwise_conv2d" => Image(type) && PlaceDepthwise(x, type),
            "fully_connected" => PlaceFullyConnected(x, type),
            "add" or "sub" or "mul" => PlaceBinary(mnemonic, x, type),
            "average_pool2d" or "max_pool2d" => Image(type) && PlacePool(mnemonic, x, type),
            "mean" => PlaceMean(x, type),
            "reshape" => Place(new Reshape(RandomReshape(type.Shape)), [x], s => type with { Shape = s }),
            "transpose" => Place(new Transpose([.. Shuffled(type.Shape.Rank)]), [x], s => type with { Shape = s }),
            "pad" => PlacePad(x, type),
            "concat" => PlaceConcat(x, type),
            "strided_slice" => PlaceSlice(x, type),
            // A factor beyond 2^30 has no fixed-point form; models are far from it.
            "softmax" when Is16 && type.Quant!.Scale > 10_000 => false,
            "softmax" => Place(new Softmax((float)_random.Real(0.5, 2)), [x], s => Fixed(s, Is16 ? 15 : _options.Activation.Bits, (int)_options.Activation.MinCode)),
            // With steps this coarse TFLite's saturation radius is 0 and even real zero saturates; models have none.
            "logistic" or "tanh" when type.Quant!.Scale > 1 => false,
            "logistic" => Place(new Logistic(), [x], s => Fixed(s, Is16 ? 15 : _options.Activation.Bits, (int)_options.Activation.MinCode)),
            "tanh" => Place(new Tanh(), [x], s => Fixed(s, _options.Activation.Bits - 1, Middle)),
            "activation" => Place(new UnaryActivation(_random.Pick([Core.IR.Ops.Activation.Relu, Core.IR.Ops.Activation.Relu6, Core.IR.Ops.Activation.ReluN1To1])), [x], s => Near(s, type)),
            "leaky_relu" => Place(new LeakyRelu((float)_random.Real(-0.5, 1.5)), [x], s => Near(s, type)),
            "quantize" => Place(new Quantize(), [x], s => Near(s, type)),
            "window_bits" => Place(new WindowBits(RandomWindowOfBits()), [x], s => type),
            "window_bit_pairs" => Place(new WindowBitPairs(RandomWindowOfBits(), _random.OneIn(3) ? null : RandomWindowOfBits()), [x], s => type),
            _ => throw new ArgumentException($"no random {mnemonic}", nameof(mnemonic)),
        };
    }

    /// <summary>The graph; every value that nothing reads, and now and then another, the input, or one twice, is an output.</summary>
    public Graph Finish()
    {
        foreach (var id in _values.Skip(1))
        {
            if (!_read.Contains(id) || _random.OneIn(6))
                _editor.AddOutput(id);
        }
        if (_random.OneIn(12))
            _editor.AddOutput(_random.Pick(_values));
        return _editor.ToGraph();
    }

    private int Middle => (int)((_options.Activation.MinCode + _options.Activation.MaxCode + 1) / 2);

    private static bool Image(TensorType type) => type.Shape.Rank == 4;

    private BitWindow RandomWindowOfBits()
    {
        var bits = _random.Between(1, 6);
        int[] places = [.. Enumerable.Range(0, 9 - bits).Where(_ => !_random.OneIn(3))];
        return new BitWindow(bits, places.Length == 0 ? [0] : [.. places], _random.OneIn(2));
    }

    // Adds a node if its shapes fit.
    private bool Place(Op op, ReadOnlySpan<int> inputs, Func<Shape, TensorType> result)
    {
        var operands = new TensorType?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            operands[i] = inputs[i] == Value.None ? null : _editor[inputs[i]].Type;
        var diagnostics = new DiagnosticBag();
        var shapes = op.InferShapes(operands, SourceLocation.Generated, diagnostics);
        if (diagnostics.HasErrors || shapes[0].ElementCount is 0 or > 6000)
            return false;
        var name = $"{op.Mnemonic}_{_values.Count}";
        _values.Add(_editor.AddNode(op, inputs, result(shapes[0]), name, SourceLocation.Generated));
        foreach (var id in inputs)
            _read.Add(id);
        return true;
    }

    private bool PlaceBinary(string mnemonic, int x, TensorType type)
    {
        var activation = RandomActivation();
        BinaryElementwise op = mnemonic switch { "add" => new Add(activation), "sub" => new Sub(activation), _ => new Mul(activation) };
        var partner = PartnerOf(x, type);
        var (a, b) = _random.OneIn(2) ? (x, partner) : (partner, x);
        var (sa, sb) = (_editor[a].Type.Quant!.Scale, _editor[b].Type.Quant!.Scale);
        var scale = mnemonic == "mul"
            ? sa * sb * (_options.Activation.MaxCode - _options.Activation.MinCode) / 4 * Math.Pow(2, _random.Real(-3, 2))
            : Math.Max(sa, sb) * Math.Pow(2, _random.Real(-2, 2));
        return Place(op, [a, b], s => Activation(s, scale));
    }

    // A value of the same shape (a residual), a constant that broadcasts, or the value itself.
    private int PartnerOf(int x, TensorType type)
    {
        var same = _values.Where(v => v != x && _editor[v].Type.Shape == type.Shape).ToList();
        if (same.Count > 0 && !_random.OneIn(4))
            return _random.Pick(same);
        if (_random.OneIn(4))
            return x;
        var dimensions = type.Shape.Dimensions.Select(d => _random.OneIn(2) ? d : 1).ToArray();
        var constant = Activation(Shape.Create(dimensions.AsSpan(_random.Between(0, dimensions.Length - 1))), Scale(0.003, 0.3));
        return _editor.AddConstant("operand", RandomGraphs.Codes(constant, _random));
    }

    private bool PlaceConcat(int x, TensorType type)
    {
        var axis = _random.Between(0, type.Shape.Rank - 1);
        var partners = _values.Where(v => _editor[v].Type.Shape is var s && s.Rank == type.Shape.Rank
            && Enumerable.Range(0, s.Rank).All(d => d == axis || s[d] == type.Shape[d])).ToList();
        int[] operands = [x, .. Enumerable.Range(0, _random.Between(0, 2)).Select(_ => _random.Pick(partners))];
        return Place(new Concat(axis, Core.IR.Ops.Activation.None), operands, s => _random.OneIn(2) ? type with { Shape = s } : Near(s, type));
    }

    private bool PlaceMean(int x, TensorType type)
    {
        int[] axes = Image(type) && _random.OneIn(2)
            ? [1, 2]
            : [.. Enumerable.Range(0, type.Shape.Rank).Where(_ => _random.OneIn(2))];
        return axes.Length > 0 && Place(new Mean([.. axes], axes.Length == type.Shape.Rank || _random.OneIn(2)), [x], s => Near(s, type));
    }

    private bool PlacePad(int x, TensorType type)
    {
        int[] before = [.. type.Shape.Select(_ => _random.Between(0, 2))];
        int[] after = [.. type.Shape.Select(_ => _random.Between(0, 2))];
        (before[0], after[0]) = (0, 0);
        return Place(new Pad([.. before], [.. after], type.Quant!.ZeroPoint), [x], s => type with { Shape = s });
    }

    private bool PlaceSlice(int x, TensorType type)
    {
        var shape = type.Shape;
        int[] strides = [.. shape.Select(_ => _random.Pick([1, 1, 2, -1]))];
        int[] begin = [.. shape.Select(d => _random.Between(0, d - 1))];
        int[] sizes = [.. shape.Select((d, i) => _random.Between(1, ((strides[i] > 0 ? d - 1 - begin[i] : begin[i]) / Math.Abs(strides[i])) + 1))];
        var sliced = Shape.Create(sizes);
        var result = _random.OneIn(4) && sizes.Any(d => d > 1) ? new Shape([.. sizes.Where((d, i) => d > 1 || i == 0)]) : sliced;
        return Place(new StridedSlice([.. begin], [.. strides], sliced, result), [x], s => type with { Shape = s });
    }

    private Shape RandomReshape(Shape shape)
    {
        var dimensions = shape.Dimensions;
        return _random.Between(0, 2) switch
        {
            0 => [1, (int)shape.ElementCount],
            1 when dimensions.Length == 4 => [1, dimensions[2], dimensions[1], dimensions[0] * dimensions[3]],
            _ => [1, 1, (int)shape.ElementCount / dimensions[^1], dimensions[^1]],
        };
    }

    private int[] Shuffled(int rank)
    {
        var order = Enumerable.Range(0, rank).ToArray();
        // The batch stays first, as in real models.
        for (var i = rank - 1; i > 1; i--)
        {
            var j = _random.Between(1, i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    // A type with nearly the scale of another, or exactly its quantization.
    private TensorType Near(Shape shape, TensorType type) => _random.OneIn(3)
        ? type with { Shape = shape }
        : Activation(shape, type.Quant!.Scale * Math.Pow(2, _random.Real(-1.5, 1.5)));

    private TensorType Fixed(Shape shape, int fractionBits, int zeroPoint) =>
        new(_options.Activation, shape, QuantParams.PerTensor(Math.ScaleB(1, -fractionBits), Is16 ? 0 : zeroPoint));

    private TensorType Activation(Shape shape, double scale)
    {
        var (low, high) = ((int)_options.Activation.MinCode, (int)_options.Activation.MaxCode);
        var zeroPoint = Is16 ? 0 : _random.Between(0, 5) switch
        {
            0 => low,
            1 => high,
            2 => Middle,
            _ => _random.Between(low, high),
        };
        return new TensorType(_options.Activation, shape, QuantParams.PerTensor((float)scale, zeroPoint));
    }

    private double Scale(double low, double high) => (float)Math.Exp(_random.Real(Math.Log(low), Math.Log(high)));

    private Activation RandomActivation() =>
        _random.Pick([Core.IR.Ops.Activation.None, Core.IR.Ops.Activation.None, Core.IR.Ops.Activation.Relu, Core.IR.Ops.Activation.Relu6, Core.IR.Ops.Activation.ReluN1To1]);
}
