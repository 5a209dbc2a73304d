using System.Collections.Immutable;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Core.Tests.Ops;

/// <summary>Every node of many random graphs against its definition.</summary>
public class OperatorEvaluationTests
{
    private const int Seeds = 30;

    [Fact]
    public void Int8() => CheckAll(new RandomGraphOptions());

    [Fact]
    public void Int16() => CheckAll(new RandomGraphOptions { Activation = ElementType.Int16 });

    [Fact]
    public void Four_unsigned_bits_and_three_bit_weights() =>
        CheckAll(new RandomGraphOptions { Activation = ElementType.Unsigned(4), WeightBits = 3 });

    [Fact]
    public void Two_signed_bits() => CheckAll(new RandomGraphOptions { Activation = ElementType.Signed(2), WeightBits = 2 });

    [Theory]
    [InlineData(Requantization.Single)]
    [InlineData(Requantization.PowerOfTwo)]
    [InlineData(Requantization.OnnxFloat)]
    public void Weighted_operators_under_each_requantization(Requantization scheme)
    {
        ImmutableArray<string> weighted = ["conv2d", "depthwise_conv2d", "fully_connected"];
        CheckAll(new RandomGraphOptions { Requantization = scheme, Operators = weighted, Nodes = 4 });
        CheckAll(new RandomGraphOptions { Requantization = scheme, Operators = weighted, Nodes = 4, Activation = ElementType.Int16 });
    }

    private static void CheckAll(RandomGraphOptions options)
    {
        for (var seed = 1000; seed < 1000 + Seeds; seed++)
        {
            var graph = RandomGraphs.Create(seed, options);
            var values = new Dictionary<int, Tensor>();
            GraphInterpreter.Run(graph, RandomGraphs.Inputs(graph, seed), (value, tensor) => values.Add(value.Id, tensor));
            foreach (var node in graph.Nodes)
                NodeOracle.Check(graph, node, id => id == Value.None ? null : graph[id].Constant ?? values[id]);
        }
    }
}
