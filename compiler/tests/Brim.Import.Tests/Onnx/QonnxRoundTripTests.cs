using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Interpret;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Brim.Testing;
using Google.Protobuf;

namespace Brim.Import.Tests.Onnx;

/// <summary>Random quantized graphs, written as QONNX and read back: the same codes at the interface, bit for bit.</summary>
public sealed class QonnxRoundTripTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var kind in Kinds.Keys.Order(StringComparer.Ordinal))
            {
                for (var seed = 0; seed < 40; seed++)
                    cases.Add(kind, seed);
            }
            return cases;
        }
    }

    private static readonly ImmutableDictionary<string, RandomGraphOptions> Kinds = new Dictionary<string, RandomGraphOptions>
    {
        ["i8w8"] = new(),
        ["i16w8"] = new() { Activation = ElementType.Int16 },
        ["u4w3"] = new() { Activation = ElementType.Unsigned(4), WeightBits = 3 },
        ["i5w2"] = new() { Activation = ElementType.Signed(5), WeightBits = 2 },
        ["powers"] = new() { Requantization = Requantization.PowerOfTwo },
        ["floats"] = new() { Requantization = Requantization.OnnxFloat },
    }.ToImmutableDictionary();

    [Theory]
    [MemberData(nameof(Cases))]
    public void CodesAreTheSame(string kind, int seed)
    {
        var graph = RandomGraphs.Create(seed, Kinds[kind]);
        var read = OnnxImports.Clean(QonnxWriter.Write(graph)).Graph;
        AssertSame(graph, read, seed);
    }

    [Fact]
    public void ScalesThatAreNoFloatsAreKept()
    {
        var graph = RandomGraphs.Create(7, new RandomGraphOptions { Operators = ["conv2d"], Nodes = 3 });
        var values = graph.Values.ToBuilder();
        foreach (var (id, value) in graph.Values)
        {
            if (value.Constant is { Type.Quant: { IsPerTensor: false } quant } constant)
            {
                var type = value.Type with { Quant = QuantParams.PerAxis(quant.Axis!.Value, [.. quant.Scales.Select(s => s * (1 + 1e-9))], quant.ZeroPoints) };
                values[id] = value with { Type = type, Constant = constant.WithType(type) };
            }
        }
        graph = graph with { Values = values.ToImmutable() };
        var read = OnnxImports.Clean(QonnxWriter.Write(graph)).Graph;
        AssertSame(graph, read, 7);
        Assert.Equal(ScalesOf(graph), ScalesOf(read));

        static string ScalesOf(Graph g) => string.Join(';', g.Nodes.Select(n => string.Join(',', g.TypeOf(n.Inputs[1]).Quant!.Scales)));
    }

    [Fact]
    public void TheFileIsTheSameEveryTime()
    {
        var graph = RandomGraphs.Create(3);
        Assert.Equal(QonnxWriter.Write(graph), QonnxWriter.Write(graph));
    }

    /// <summary>Other tools know nothing of this compiler's notes: the real numbers of the file must be those of the codes, to a rounding.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void WithoutNotesTheFileIsTheSameNetworkInRealNumbers(int seed)
    {
        var graph = RandomGraphs.Create(seed, new RandomGraphOptions { Nodes = 1 });
        var file = ModelProto.Parser.ParseFrom(QonnxWriter.Write(graph));
        file.MetadataProps.Clear();
        var read = OnnxImports.Clean(file.ToByteArray()).Graph;
        Assert.True(read.TypeOf(read.Inputs[0]).Element.IsFloat);
        var inputs = RandomGraphs.Inputs(graph, seed);
        var (codes, reals) = (GraphInterpreter.Run(graph, inputs), GraphInterpreter.Run(read, [.. inputs.Select(Dequantized)]));
        for (var o = 0; o < codes.Length; o++)
        {
            var expected = Dequantized(codes[o]).Floats;
            // One code of rounding, one more of the fixed-point exponentials.
            var step = graph.TypeOf(graph.Outputs[o]).Quant!.Scale * 2.01;
            for (var i = 0; i < expected.Length; i++)
                Assert.InRange(reals[o].Floats[i], expected[i] - step, expected[i] + step);
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 150)];

    private static Tensor Dequantized(Tensor codes)
    {
        var context = new EvaluationContext([codes], [new TensorType(ElementType.Float32, codes.Type.Shape)]);
        new Dequantize().Evaluate(context);
        return context.Outputs[0];
    }

    private static IEnumerable<Requantization> SchemesOf(Graph graph) => graph.Nodes.Select(n => n.Op switch
    {
        Conv2D c => c.Requantization,
        DepthwiseConv2D d => d.Requantization,
        FullyConnected f => f.Requantization,
        _ => (Requantization?)null,
    }).OfType<Requantization>();

    private static void AssertSame(Graph graph, Graph read, int seed)
    {
        Assert.Equal(GraphPhase.Quantized, read.Phase);
        Assert.Equal(graph.Inputs.Select(graph.TypeOf), read.Inputs.Select(read.TypeOf));
        Assert.Equal(graph.Outputs.Select(graph.TypeOf), read.Outputs.Select(read.TypeOf));
        Assert.DoesNotContain(read.Nodes, n => read.TypeOf(n.Output).Element.IsFloat);
        Assert.Equal(SchemesOf(graph), SchemesOf(read));
        for (var i = 0; i < 4; i++)
        {
            var inputs = RandomGraphs.Inputs(graph, seed + (1000 * i));
            var (expected, actual) = (GraphInterpreter.Run(graph, inputs), GraphInterpreter.Run(read, inputs));
            for (var o = 0; o < expected.Length; o++)
                Assert.Equal(expected[o].ToBytes(), actual[o].ToBytes());
        }
    }
}
