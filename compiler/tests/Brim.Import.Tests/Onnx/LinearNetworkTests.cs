using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Brim.Testing;

namespace Brim.Import.Tests.Onnx;

/// <summary>
/// Networks in both forms that quantizers write: QuantizeLinear and DequantizeLinear around operators on real numbers (QDQ), and operators on codes (QLinear). Every
/// tensor of codes is an output; each layer is computed here anew, in doubles, from the codes before it.
/// </summary>
public sealed class LinearNetworkTests
{
    private const int Channels = 4, Classes = 5, Height = 6, Width = 5;

    [Theory]
    [InlineData(false, 2, true)]
    [InlineData(false, 3, false)]
    [InlineData(true, 2, true)]
    [InlineData(true, 3, false)]
    public void EveryCodeIsTheNearestOne(bool onCodes, int type, bool perChannel)
    {
        var network = new LinearNetwork(onCodes, (Type)type, perChannel);
        var model = OnnxImports.Clean(network.Build());
        // Nothing but the ends of the network is real.
        Assert.All(model.Graph.Nodes.Where(n => n.Op is not (Quantize or Dequantize)), n => Assert.True(model.Graph.TypeOf(n.Output).Element.IsInteger, n.Op.Mnemonic));
        var scheme = onCodes ? Requantization.OnnxFloat : Requantization.Single;
        Assert.All(model.Graph.Nodes.Select(n => n.Op).OfType<Conv2D>(), op => Assert.Equal(scheme, op.Requantization));
        var random = new SplitMix64(11);
        for (var run = 0; run < 20; run++)
        {
            var x = new float[2 * Height * Width];
            for (var i = 0; i < x.Length; i++)
                x[i] = (float)random.Real(-1.2, 1.2);
            var values = OnnxImports.Run(model, [Tensor.FromFloats(new TensorType(ElementType.Float32, [1, 2, Height, Width]), x)]);
            network.Check(x, [.. values.Select((v, i) => network.Codes(v, i))]);
        }
    }

    /// <summary>Operators that fix a scale, or demand one for all operands, between codes of other scales; computed here on the codes' real values.</summary>
    [Theory]
    [InlineData("Concat", 2, 0.5)]
    [InlineData("Concat", 3, 0.5)]
    [InlineData("AveragePool", 2, 1.0)]
    [InlineData("AveragePool", 3, 1.0)]
    [InlineData("Tanh", 2, 1.0)]
    [InlineData("Tanh", 3, 1.0)]
    [InlineData("Softmax", 2, 1.0)]
    [InlineData("Softmax", 3, 1.0)]
    [InlineData("Mul", 2, 0.5)]
    [InlineData("Sub", 3, 0.5)]
    public void OperatorsBetweenScalesGiveCodesNearTheRealResult(string op, int type, double tolerance)
    {
        const int Odd = 3, Side = 5;
        var (signed, m) = (type == (int)Type.Int8, new OnnxModels(17, 1, Odd, Side, Side));
        (float Scale, int Zero)[] quants = [(0.011f, signed ? 3 : 117), (0.017f, signed ? -20 : 90), (0.013f, signed ? -5 : 101)];
        for (var i = 0; i < quants.Length; i++)
        {
            m.Weights($"s{i}", 1);
            m.Model.Graph.Initializer[^1].FloatData[0] = quants[i].Scale;
            Constant(m, $"z{i}", (Type)type, [quants[i].Zero], 1);
        }
        m.Node("QuantizeLinear", ["x", "s0", "z0"], "q0").Node("DequantizeLinear", ["q0", "s0", "z0"], "a");
        m.Node("QuantizeLinear", ["x", "s1", "z1"], "q1").Node("DequantizeLinear", ["q1", "s1", "z1"], "b");
        AttributeProto[] attributes = op switch
        {
            "Concat" => [OnnxFileBuilder.Int("axis", 1)],
            "AveragePool" => [OnnxFileBuilder.Ints("kernel_shape", 2, 3), OnnxFileBuilder.Ints("strides", 3, 1)],
            "Softmax" => [OnnxFileBuilder.Int("axis", 1)],
            _ => [],
        };
        m.Node(op, op is "Concat" or "Mul" or "Sub" ? ["a", "b"] : ["a"], "r", attributes);
        m.Node("QuantizeLinear", ["r", "s2", "z2"], "q2").Node("DequantizeLinear", ["q2", "s2", "z2"], "y").Output("a").Output("b").Output("y");
        var model = OnnxImports.Clean(m.Build());
        Assert.All(model.Graph.Nodes.Where(n => n.Op is not (Quantize or Dequantize)), n => Assert.True(model.Graph.TypeOf(n.Output).Element.IsInteger, n.Op.Mnemonic));
        var random = new SplitMix64(3);
        var x = Enumerable.Range(0, Odd * Side * Side).Select(_ => (float)random.Real(-1.3, 1.3)).ToArray();
        var outputs = OnnxImports.Run(model, [Tensor.FromFloats(new TensorType(ElementType.Float32, [1, Odd, Side, Side]), x)]);
        var (a, b, y) = (outputs[0].Floats, outputs[1].Floats, outputs[2].Floats);
        const int Image = Side * Side;
        var expected = op switch
        {
            "Concat" => [.. a, .. b],
            "Tanh" => [.. a.Select(v => Math.Tanh(v))],
            "Mul" => [.. a.Zip(b, (p, q) => (double)p * q)],
            "Sub" => [.. a.Zip(b, (p, q) => (double)p - q)],
            "Softmax" => Enumerable.Range(0, a.Length).Select(i => Math.Exp(a[i]) / Enumerable.Range(0, Odd).Sum(c => Math.Exp(a[(c * Image) + (i % Image)]))).ToArray(),
            // Two rows of windows, three rows apart.
            _ => Enumerable.Range(0, Odd * 2 * 3).Select(i => Enumerable.Range(0, 6).Average(t =>
                (double)a[(i / 6 * Image) + (((i / 3 % 2 * 3) + (t / 3)) * Side) + (i % 3) + (t % 3)])).ToArray(),
        };
        Assert.Equal(expected.Length, y.Length);
        var (low, high) = signed ? (-128, 127) : (0, 255);
        for (var i = 0; i < y.Length; i++)
        {
            var (code, exact) = ((y[i] / quants[2].Scale) + quants[2].Zero, Math.Clamp((expected[i] / quants[2].Scale) + quants[2].Zero, low, high));
            Assert.True(Math.Abs(code - exact) <= 0.5 + tolerance, $"{i}: {code}, exactly {exact}");
        }
    }

    [Fact]
    public void CodesAtTheInterfaceStayCodes()
    {
        var m = new OnnxModels(17, 1, 3);
        m.Model.Graph.Input[0].Type.TensorType.ElemType = (int)Type.UInt8;
        m.Weights("xs", 1).Weights("ys", 1);
        m.Model.Graph.Initializer[0].FloatData[0] = 0.5f;
        m.Model.Graph.Initializer[1].FloatData[0] = 0.25f;
        Constant(m, "xz", Type.UInt8, [10]);
        Constant(m, "yz", Type.UInt8, [3]);
        m.Node("DequantizeLinear", ["x", "xs", "xz"], "real").Node("Relu", ["real"], "relu").Node("QuantizeLinear", ["relu", "ys", "yz"], "y").Output("y");
        var model = OnnxImports.Clean(m.Build());
        var y = OnnxImports.Run(model, [Tensor.FromCodes(model.Graph.TypeOf(model.Graph.Inputs[0]), [4, 10, 17])])[0];
        Assert.Equal(ElementType.UInt8, y.Type.Element);
        Assert.Equal([3, 3, 17], y.Codes);
    }

    [Fact]
    public void ConstantsHalfWayBetweenCodesTakeTheEvenOne()
    {
        var m = new OnnxModels(17, 1, 6);
        m.Weights("s", 1).Weights("w", 1, 6);
        m.Model.Graph.Initializer[0].FloatData[0] = 0.5f;
        float[] halves = [0.25f, 0.75f, 1.25f, -0.25f, -0.75f, -1.25f];
        for (var i = 0; i < halves.Length; i++)
            m.Model.Graph.Initializer[1].FloatData[i] = halves[i];
        Constant(m, "z", Type.Int8, [3]);
        m.Node("QuantizeLinear", ["w", "s", "z"], "q").Node("DequantizeLinear", ["q", "s", "z"], "r").Node("Add", ["x", "r"], "y").Output("y");
        // Ties of the quotient, before the zero point is added.
        Assert.Equal([0, 1, 1, 0, -1, -1], OnnxImports.Run(OnnxImports.Clean(m.Build()), [Tensor.Zeros(new TensorType(ElementType.Float32, [1, 6]))])[0].Floats);
    }

    [Fact]
    public void AnotherScaleThanThatOfTheCodesIsReported()
    {
        var m = new OnnxModels(17, 1, 3);
        m.Weights("s", 1).Weights("t", 1);
        m.Model.Graph.Initializer[0].FloatData[0] = 0.5f;
        m.Model.Graph.Initializer[1].FloatData[0] = 0.25f;
        m.Node("QuantizeLinear", ["x", "s"], "q").Node("DequantizeLinear", ["q", "t"], "y").Output("y");
        Assert.Equal("BRIM1104", Assert.Single(OnnxImports.Rejected(m.Build())).Descriptor.Code);
    }

    [Fact]
    public void ArithmeticOnCodesIsReported()
    {
        var m = new OnnxModels(17, 1, 3);
        m.Weights("s", 1);
        m.Model.Graph.Initializer[0].FloatData[0] = 0.5f;
        m.Node("QuantizeLinear", ["x", "s"], "q").Node("Add", ["q", "q"], "y").Output("y");
        Assert.Equal("BRIM1103", Assert.Single(OnnxImports.Rejected(m.Build())).Descriptor.Code);
    }

    /// <summary>A network for tests of damaged files.</summary>
    internal static byte[] Sample(bool onCodes) => new LinearNetwork(onCodes, Type.UInt8, perChannel: true).Build();

    private enum Type
    {
        UInt8 = 2,
        Int8 = 3,
        Int32 = 6,
    }

    private static void Constant(OnnxModels m, string name, Type type, int[] codes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        tensor.Dims.AddRange(shape);
        tensor.Int32Data.AddRange(codes);
        m.Model.Graph.Initializer.Add(tensor);
    }

    /// <summary>Convolution, depthwise convolution, sum, largest of windows, mean, dense layer and sigmoid.</summary>
    private sealed class LinearNetwork(bool onCodes, Type type, bool perChannel)
    {
        private readonly OnnxModels _model = new(17, 1, 2, Height, Width);
        private readonly SplitMix64 _random = new(29);
        private readonly List<(string Name, float Scale, int Zero)> _codes = [];
        private readonly Dictionary<string, (float[] Scales, int[] Codes, int[] Bias)> _layers = [];

        public byte[] Build()
        {
            Scale("x", 1 / 100f, 7);
            _model.Node("QuantizeLinear", ["x", "x.s", "x.z"], "x.q");
            Layer("conv", "Conv", "x", 4, 2 * 9, [Channels, 2, 3, 3], 1 / 60f, OnnxFileBuilder.Ints("pads", 1, 0, 1, 1));
            Layer("depthwise", "Conv", "conv", Channels, 9, [Channels, 1, 3, 3], 1 / 50f, OnnxFileBuilder.Ints("pads", 1, 1, 1, 1), OnnxFileBuilder.Int("group", Channels));
            Binary("sum", "Add", "conv", "depthwise", 1 / 30f);
            Move("pool", "MaxPool", "sum", OnnxFileBuilder.Ints("kernel_shape", 2, 2));
            Unary("mean", "GlobalAveragePool", "pool", 1 / 45f);
            Move("flat", "Flatten", "mean");
            Layer("dense", onCodes ? "QGemm" : "Gemm", "flat", Classes, Channels, [Classes, Channels], 1 / 40f, OnnxFileBuilder.Int("transB", 1));
            Unary("sigmoid", "Sigmoid", "dense", 1 / 200f);
            foreach (var (name, _, _) in _codes)
                _model.Output(name + (onCodes ? ".q" : ".r"));
            return _model.Build();
        }

        /// <summary>The codes of an output.</summary>
        public int[] Codes(Tensor value, int index) => value.Type.Element.IsInteger
            ? value.Codes
            : [.. value.Floats.Select(v => (int)Math.Round(v / _codes[index].Scale) + _codes[index].Zero)];

        /// <summary>Compares every layer with its definition.</summary>
        public void Check(float[] input, int[][] all)
        {
            var at = _codes.Select((c, i) => (c, i)).ToDictionary(p => p.c.Name, p => (p.c.Scale, p.c.Zero, Codes: all[p.i]));
            double Real(string name, int i) => at[name].Scale * (double)(at[name].Codes[i] - at[name].Zero);
            const int Wide = Width - 1, Image = Height * Wide;
            Near("x", i => input[i], 1e-3);
            Near("conv", i => Sum("conv", "x", i / Image, Height, Width, i % Image / Wide - 1, i % Wide, 0, 2), 1e-3);
            Near("depthwise", i => Sum("depthwise", "conv", i / Image, Height, Wide, i % Image / Wide - 1, i % Wide - 1, i / Image, 1), 1e-3);
            Near("sum", i => Real("conv", i) + Real("depthwise", i), 1e-3);
            const int PoolWidth = Wide - 1, PoolImage = (Height - 1) * PoolWidth;
            Near("pool", i =>
            {
                var first = (i / PoolImage * Image) + (i % PoolImage / PoolWidth * Wide) + (i % PoolWidth);
                return new[] { 0, 1, Wide, Wide + 1 }.Max(d => Real("sum", first + d));
            }, 0);
            // Means round twice, the first time to a few bits behind the point, as TFLite's do.
            Near("mean", i => Enumerable.Range(0, PoolImage).Average(k => Real("pool", (i * PoolImage) + k)), 0.13);
            Near("flat", i => Real("mean", i), 0);
            Near("dense", i => Dense(i), 1e-3);
            // Codes in steps of 1/256, rescaled: two roundings, and a table's error.
            Near("sigmoid", i => 1 / (1 + Math.Exp(-Real("dense", i))), 0.5 + (0.5 * 200 / 256));

            double Sum(string layer, string from, int output, int height, int width, int y0, int x0, int channel, int depth)
            {
                var (scales, codes, bias) = _layers[layer];
                long sum = bias[output];
                for (var c = 0; c < depth; c++)
                {
                    for (var t = 0; t < 9; t++)
                    {
                        var (y, x) = (y0 + (t / 3), x0 + (t % 3));
                        if (y >= 0 && y < height && x >= 0 && x < width)
                            sum += codes[(((output * depth) + c) * 9) + t] * (at[from].Codes[(((channel + c) * height) + y) * width + x] - at[from].Zero);
                    }
                }
                return sum * (double)at[from].Scale * scales[scales.Length == 1 ? 0 : output];
            }

            double Dense(int output)
            {
                var (scales, codes, bias) = _layers["dense"];
                long sum = bias[output];
                for (var k = 0; k < Channels; k++)
                    sum += codes[(output * Channels) + k] * (at["flat"].Codes[k] - at["flat"].Zero);
                return sum * (double)at["flat"].Scale * scales[scales.Length == 1 ? 0 : output];
            }

            void Near(string name, Func<int, double> real, double tolerance)
            {
                var (scale, zero, codes) = at[name];
                var (low, high) = type == Type.Int8 ? (-128, 127) : (0, 255);
                for (var i = 0; i < codes.Length; i++)
                {
                    var exact = Math.Clamp((real(i) / scale) + zero, low, high);
                    Assert.True(Math.Abs(codes[i] - exact) <= 0.5 + tolerance, $"{name} {i}: {codes[i]}, exactly {exact}");
                }
            }
        }

        private void Layer(string name, string op, string from, int outputs, int depth, long[] shape, float scale, params AttributeProto[] attributes)
        {
            // A per-channel model has a scale for each output, far apart.
            var scales = Enumerable.Range(0, perChannel ? outputs : 1).Select(c => (float)_random.Real(0.002, 0.02)).ToArray();
            var codes = Enumerable.Range(0, outputs * depth).Select(_ => (int)_random.Real(-127, 127)).ToArray();
            var bias = Enumerable.Range(0, outputs).Select(_ => (int)_random.Real(-900, 900)).ToArray();
            _layers[name] = (scales, codes, bias);
            Floats(name + ".ws", perChannel ? [outputs] : [], scales);
            // Unsigned weights around 128 stand for the same ones.
            var middle = type == Type.UInt8 ? 128 : 0;
            Constant(_model, name + ".w", type, [.. codes.Select(q => q + middle)], shape);
            Constant(_model, name + ".wz", type, [.. scales.Select(_ => middle)], perChannel ? [outputs] : []);
            Constant(_model, name + ".b", Type.Int32, bias, outputs);
            Scale(name, scale, type == Type.Int8 ? -9 : 120);
            if (onCodes)
            {
                string[] inputs = [from + ".q", from + ".s", from + ".z", name + ".w", name + ".ws", name + ".wz"];
                string[] result = [name + ".s", name + ".z"];
                Operator(op == "QGemm" ? op : "QLinearConv", op == "QGemm" ? [.. inputs, name + ".b", .. result] : [.. inputs, .. result, name + ".b"], name + ".q", attributes);
                return;
            }
            _model.Node("DequantizeLinear", [name + ".w", name + ".ws", name + ".wz"], name + ".wr", OnnxFileBuilder.Int("axis", 0));
            Floats(name + ".bs", perChannel ? [outputs] : [], [.. scales.Select(s => s * _codes.First(c => c.Name == from).Scale)]);
            _model.Node("DequantizeLinear", [name + ".b", name + ".bs"], name + ".br", OnnxFileBuilder.Int("axis", 0));
            _model.Node(op, [Real(from), name + ".wr", name + ".br"], name, attributes).Node("QuantizeLinear", [name, name + ".s", name + ".z"], name + ".q");
            Real(name);
        }

        private void Binary(string name, string op, string a, string b, float scale)
        {
            Scale(name, scale, type == Type.Int8 ? 20 : 100);
            if (onCodes)
                Operator("QLinear" + op, [a + ".q", a + ".s", a + ".z", b + ".q", b + ".s", b + ".z", name + ".s", name + ".z"], name + ".q");
            else
                _model.Node(op, [Real(a), Real(b)], name).Node("QuantizeLinear", [name, name + ".s", name + ".z"], name + ".q");
            Real(name);
        }

        private void Unary(string name, string op, string x, float scale)
        {
            Scale(name, scale, type == Type.Int8 ? -100 : 11);
            if (onCodes)
                Operator("QLinear" + op, [x + ".q", x + ".s", x + ".z", name + ".s", name + ".z"], name + ".q");
            else
                _model.Node(op, [Real(x)], name).Node("QuantizeLinear", [name, name + ".s", name + ".z"], name + ".q");
            Real(name);
        }

        // Operators that move codes come without quantization of their own.
        private void Move(string name, string op, string x, params AttributeProto[] attributes)
        {
            var (_, scale, zero) = _codes.First(c => c.Name == x);
            Scale(name, scale, zero);
            _model.Node(op, [x + ".q"], name + ".q", attributes);
            Real(name);
        }

        private void Operator(string op, string[] inputs, string output, params AttributeProto[] attributes)
        {
            _model.Node(op, inputs, output, attributes);
            if (op != "QLinearConv")
                _model.Model.Graph.Node[^1].Domain = "com.microsoft";
        }

        private string Real(string name)
        {
            if (!onCodes && _model.Model.Graph.Node.All(n => n.Output[0] != name + ".r"))
                _model.Node("DequantizeLinear", [name + ".q", name + ".s", name + ".z"], name + ".r");
            return name + ".r";
        }

        private void Scale(string name, float scale, int zero)
        {
            _codes.Add((name, scale, zero));
            Floats(name + ".s", [], [scale]);
            Constant(_model, name + ".z", type, [zero]);
        }

        private void Floats(string name, long[] shape, float[] values)
        {
            var tensor = new TensorProto { Name = name, DataType = 1 };
            tensor.Dims.AddRange(shape);
            tensor.FloatData.AddRange(values);
            _model.Model.Graph.Initializer.Add(tensor);
        }
    }
}
