using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Interpret;
using Brim.Testing;
using Brim.Testing.TfLite;

namespace Brim.Import.Tests.TfLite;

/// <summary>Random graphs, written as files and imported, compute the same bits.</summary>
public sealed class RoundTripTests
{
    // Pooling with paddings of its own and concatenations that rescale cannot be written.
    private static readonly ImmutableArray<string> Operators =
    [
        "conv2d", "depthwise_conv2d", "fully_connected", "add", "sub", "mul", "mean", "reshape", "transpose", "pad", "strided_slice",
        "softmax", "logistic", "tanh", "activation", "leaky_relu", "quantize",
    ];

    [Theory]
    [InlineData(8, 8, 60)]
    [InlineData(8, 4, 25)]
    [InlineData(16, 8, 40)]
    public void RandomGraphsComputeTheSameBits(int activationBits, int weightBits, int seeds)
    {
        var options = new RandomGraphOptions
        {
            Activation = ElementType.Signed(activationBits),
            WeightBits = weightBits,
            Operators = Operators,
            Requantization = Requantization.TfLiteDouble,
        };
        for (var seed = 0; seed < seeds; seed++)
        {
            var graph = WithFileScales(RandomGraphs.Create(seed, options));
            var imported = Imports.Clean(TfLiteGraphWriter.Write(graph));
            var inputs = RandomGraphs.Inputs(graph, seed);
            var (expected, actual) = (GraphInterpreter.Run(graph, inputs), GraphInterpreter.Run(imported, inputs));
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
                Assert.True(expected[i].ToBytes().AsSpan().SequenceEqual(actual[i].ToBytes()), $"seed {seed}, output {i}");
        }
    }

    // The format stores scales as single precision; random graphs have weight scales in double.
    private static Graph WithFileScales(Graph graph)
    {
        static TensorType Rounded(TensorType type) => type.Quant is not { } q ? type : type with
        {
            Quant = q.Axis is { } axis
                ? QuantParams.PerAxis(axis, [.. q.Scales.Select(s => (double)(float)s)], q.ZeroPoints)
                : QuantParams.PerTensor((float)q.Scale, q.ZeroPoint),
        };
        return graph with
        {
            Values = graph.Values.ToImmutableSortedDictionary(p => p.Key, p => p.Value with
            {
                Type = Rounded(p.Value.Type),
                Constant = p.Value.Constant?.WithType(Rounded(p.Value.Type)),
            }),
        };
    }
}
