using System.Collections.Immutable;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Testing;

namespace Brim.Compile.Tests.Transforms;

/// <summary>What every pass must do: give a sound graph with the same interface and the same output bits.</summary>
internal static class PassAssert
{
    /// <summary>Runs a pass that must find something to do.</summary>
    public static Graph Changes(Graph graph, IGraphPass pass)
    {
        var result = KeepsBits(graph, pass);
        Assert.NotSame(graph, result);
        return result;
    }

    /// <summary>Runs a pass that must leave the graph alone.</summary>
    public static void Declines(Graph graph, IGraphPass pass) => Assert.Same(graph, KeepsBits(graph, pass));

    /// <summary>Runs a pass and compares outputs on random inputs.</summary>
    public static Graph KeepsBits(Graph graph, IGraphPass pass, int inferences = 6)
    {
        AssertSound(graph);
        var result = pass.Run(graph, new PassContext(new DiagnosticBag()));
        SameBits(graph, result, inferences);
        return result;
    }

    /// <summary>Compares outputs of two graphs on random inputs.</summary>
    public static void SameBits(Graph expected, Graph actual, int inferences)
    {
        AssertSound(actual);
        Assert.Equal(expected.Inputs.Select(i => expected.TypeOf(i)), actual.Inputs.Select(i => actual.TypeOf(i)));
        Assert.Equal(expected.Outputs.Select(i => expected.TypeOf(i)), actual.Outputs.Select(i => actual.TypeOf(i)));
        for (var seed = 0; seed < inferences; seed++)
        {
            var inputs = Inputs(expected, seed);
            var before = GraphInterpreter.Run(expected, inputs);
            var after = GraphInterpreter.Run(actual, inputs);
            for (var i = 0; i < before.Length; i++)
            {
                Assert.True(before[i].ToBytes().AsSpan().SequenceEqual(after[i].ToBytes()),
                    $"output {i} differs\n{GraphPrinter.Print(expected)}\n{GraphPrinter.Print(actual)}");
            }
        }
    }

    private static void AssertSound(Graph graph)
    {
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, diagnostics), string.Join('\n', diagnostics.Items));
    }

    private static ImmutableArray<Tensor> Inputs(Graph graph, int seed)
    {
        if (!graph.Inputs.Any(i => graph.TypeOf(i).Element.IsFloat))
            return RandomGraphs.Inputs(graph, seed);
        var random = new SplitMix64((ulong)seed);
        return [.. graph.Inputs.Select(i => graph.TypeOf(i)).Select(t => t.Element.IsFloat
            ? Tensor.FromFloats(t, [.. Enumerable.Range(0, (int)t.Shape.ElementCount).Select(_ => (float)random.Real(-9, 9))])
            : RandomGraphs.Codes(t, random))];
    }
}
