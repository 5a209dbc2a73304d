using System.Collections.Immutable;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Core.Tests.Ops;

/// <summary>With -zero point * sum of weights in the bias, the folded form of an operator computes the same.</summary>
public class ZeroPointFoldingTests
{
    [Fact]
    public void Folded_operators_equal_unfolded_ones()
    {
        ImmutableArray<string> weighted = ["conv2d", "depthwise_conv2d", "fully_connected"];
        var kinds = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var graph = RandomGraphs.Create(seed, new RandomGraphOptions { Operators = weighted, Nodes = 3 });
            var folded = Fold(graph);
            var inputs = RandomGraphs.Inputs(graph, seed);
            var expected = GraphInterpreter.Run(graph, inputs);
            var actual = GraphInterpreter.Run(folded, inputs);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i].Codes, actual[i].Codes);
            kinds.UnionWith(graph.Nodes.Select(n => n.Op.Mnemonic));
        }
        Assert.Equal(3, kinds.Count);
    }

    private static Graph Fold(Graph graph)
    {
        var editor = new GraphEditor(graph);
        foreach (var node in graph.Nodes)
        {
            var (x, w) = (graph.TypeOf(node.Inputs[0]), graph[node.Inputs[1]].Constant!);
            var channels = graph.TypeOf(node.Output).Shape[-1];
            var bias = new int[channels];
            for (var i = 0; i < w.Codes.Length; i++)
            {
                var channel = node.Op is DepthwiseConv2D ? i % channels : i / (w.Codes.Length / channels);
                bias[channel] -= w.Codes[i] * x.Quant!.ZeroPoint;
            }
            if (node.Inputs[2] != Value.None)
                bias = [.. bias.Zip(graph[node.Inputs[2]].Constant!.Codes, (a, b) => a + b)];
            var id = editor.AddConstant("folded", Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), bias));
            Op op = node.Op switch
            {
                Conv2D conv => conv with { ZeroPointFolded = true },
                DepthwiseConv2D conv => conv with { ZeroPointFolded = true },
                FullyConnected layer => layer with { ZeroPointFolded = true },
                _ => throw new NotSupportedException(),
            };
            editor.Replace(node, node with { Op = op, Inputs = [node.Inputs[0], node.Inputs[1], id] });
        }
        return editor.ToGraph();
    }
}
