using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing;

namespace Brim.Compile.Tests.Transforms;

public class StandardPipelineTests
{
    public static TheoryData<string> Models => [.. GoldenModel.Names];

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Every_pass_keeps_the_bits_of_random_graphs(int batch)
    {
        for (var seed = 40 * batch; seed < (40 * batch) + 40; seed++)
        {
            var options = new RandomGraphOptions { Nodes = 4 + (seed % 9), Activation = (seed % 5) switch { 4 => ElementType.Int16, 3 => ElementType.UInt8, _ => ElementType.Int8 } };
            var graph = WithDeadChannels(RandomGraphs.Create(seed, options), seed);
            foreach (var pass in StandardPipeline.Passes)
                graph = PassAssert.KeepsBits(graph, pass, 2);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void Recorded_outputs_stay(string name)
    {
        var golden = GoldenModel.Open(name);
        var graph = Import(golden);
        var lowered = StandardPipeline.Run(graph, new PassContext(new DiagnosticBag()));
        Assert.Equal(GraphPhase.Lowered, lowered.Phase);
        for (var n = 0; n < Math.Min(3, golden.Count); n++)
        {
            var inputs = golden.Inputs(n).Select((bytes, i) => Tensor.FromBytes(lowered.TypeOf(lowered.Inputs[i]), bytes)).ToList();
            Assert.True(golden.Output(n).SequenceEqual(GraphInterpreter.Run(lowered, inputs)[0].ToBytes()), $"{name}, inference {n}");
        }
    }

    [SkippableFact]
    public void Visual_wake_words_loses_half_of_its_multiplications()
    {
        var graph = Import(GoldenModel.Open("vww"));
        Assert.Equal(7_489_664, MultiplyAccumulateCount.Of(graph));

        // Without channels of constant codes 3,737,465 remain; some channels that vary are read with zero weights only, and go too.
        var constants = ChannelConstants.Of(graph);
        Assert.Equal(3_737_465, graph.Nodes.Sum(n => VaryingMultiplications(graph, n, constants)));
        Assert.Equal(3_729_221, MultiplyAccumulateCount.Of(StandardPipeline.Run(graph, new PassContext(new DiagnosticBag()))));
    }

    [Fact]
    public void The_graph_after_each_pass_can_be_seen()
    {
        var names = new List<string>();
        StandardPipeline.Run(RandomGraphs.Create(1), new PassContext(new DiagnosticBag()), (pass, _) => names.Add(pass.Name));
        Assert.Equal(StandardPipeline.Passes.Select(p => p.Name), names);
    }

    [Fact]
    public void Random_graphs_give_every_pass_something_to_do()
    {
        var active = new HashSet<string>();
        for (var seed = 0; seed < 900; seed++)
        {
            var options = new RandomGraphOptions { Activation = seed % 4 == 0 ? Core.IR.ElementType.UInt8 : Core.IR.ElementType.Int8 };
            var graph = WithDeadChannels(RandomGraphs.Create(seed, options), seed);
            StandardPipeline.Run(graph, new PassContext(new DiagnosticBag()), (pass, after) =>
            {
                if (!ReferenceEquals(graph, after))
                    active.Add(pass.Name);
                graph = after;
            });
        }
        // Random graphs compute nothing from constants alone.
        Assert.Equal(StandardPipeline.Passes.Select(p => p.Name).Distinct().Except([nameof(FoldConstants)]).Order(), active.Order());
    }

    private static long VaryingMultiplications(Graph graph, Node node, ChannelConstants constants)
    {
        int Varying(int id) => Enumerable.Range(0, graph.TypeOf(id).Shape[-1]).Count(c => constants.CodeOf(id, c) is null);
        var all = MultiplyAccumulateCount.Of(graph, node);
        if (all == 0)
            return 0;
        all = all / graph.TypeOf(node.Output).Shape[-1] * Varying(node.Output);
        return node.Op is Core.IR.Ops.DepthwiseConv2D ? all : all / graph.TypeOf(node.Inputs[0]).Shape[-1] * Varying(node.Inputs[0]);
    }

    private static Graph Import(GoldenModel golden)
    {
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(golden.ModelPath), golden.Name, diagnostics);
        Assert.True(graph is not null, string.Join('\n', diagnostics.Items));
        return graph;
    }

    /// <summary>Zeroes the weights of some output channels, as pruning does.</summary>
    private static Graph WithDeadChannels(Graph graph, int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var values = graph.Values;
        foreach (var node in graph.Nodes.Where(n => n.Op is Core.IR.Ops.Conv2D or Core.IR.Ops.DepthwiseConv2D or Core.IR.Ops.FullyConnected))
        {
            if (graph[node.Inputs[1]].Constant is not { } weights)
                continue;
            var axis = node.Op is Core.IR.Ops.DepthwiseConv2D ? 3 : 0;
            var stride = (int)weights.Type.Shape.Strides()[axis];
            var dead = Enumerable.Range(0, weights.Type.Shape[axis]).Where(_ => random.OneIn(3)).ToHashSet();
            var codes = weights.Codes.Select((code, i) => dead.Contains(i / stride % weights.Type.Shape[axis]) ? 0 : code).ToArray();
            values = values.SetItem(node.Inputs[1], graph[node.Inputs[1]] with { Constant = Tensor.FromCodes(weights.Type, codes) });
        }
        return graph with { Values = values };
    }
}
