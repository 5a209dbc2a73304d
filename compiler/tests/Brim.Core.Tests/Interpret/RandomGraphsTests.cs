using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Core.Tests.Interpret;

public class RandomGraphsTests
{
    private const int Seeds = 150;

    public static TheoryData<string, RandomGraphOptions> Kinds => new()
    {
        { "int8", new RandomGraphOptions() },
        { "int16", new RandomGraphOptions { Activation = ElementType.Int16 } },
        { "u4 activations, 3-bit weights, one rounding", new RandomGraphOptions { Activation = ElementType.Unsigned(4), WeightBits = 3, Requantization = Requantization.Single } },
        { "powers of two", new RandomGraphOptions { Requantization = Requantization.PowerOfTwo } },
        { "float rescaling", new RandomGraphOptions { Requantization = Requantization.OnnxFloat } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_graphs_verify_and_evaluate_within_their_types(string kind, RandomGraphOptions options)
    {
        Assert.NotEmpty(kind);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var graph = RandomGraphs.Create(seed, options);
            var outputs = GraphInterpreter.Run(graph, RandomGraphs.Inputs(graph, seed), (value, tensor) =>
            {
                foreach (var code in tensor.Codes)
                    Assert.InRange(code, value.Type.Element.MinCode, value.Type.Element.MaxCode);
            });
            Assert.NotEmpty(outputs);
        }
    }

    [Fact]
    public void Every_operator_on_codes_appears()
    {
        var seen = Enumerable.Range(0, Seeds).SelectMany(seed => RandomGraphs.Create(seed).Nodes).Select(n => n.Op.Mnemonic).ToHashSet();
        Assert.Equal(OpCatalog.All.Select(o => o.Mnemonic).Where(m => m != "dequantize").Order(), seen.Order());
    }

    [Fact]
    public void A_seed_decides_the_graph()
    {
        Assert.Equal(GraphPrinter.Print(RandomGraphs.Create(7)), GraphPrinter.Print(RandomGraphs.Create(7)));
        Assert.NotEqual(GraphPrinter.Print(RandomGraphs.Create(7)), GraphPrinter.Print(RandomGraphs.Create(8)));
    }

    [Fact]
    public void Results_are_neither_constant_nor_all_saturated()
    {
        var codes = new List<int>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var graph = RandomGraphs.Create(seed);
            codes.AddRange(GraphInterpreter.Run(graph, RandomGraphs.Inputs(graph, seed)).SelectMany(t => t.Codes));
        }
        var saturated = codes.Count(c => c is -128 or 127) / (double)codes.Count;
        Assert.InRange(saturated, 0.02, 0.5);
        Assert.True(codes.Distinct().Count() == 256);
    }
}
