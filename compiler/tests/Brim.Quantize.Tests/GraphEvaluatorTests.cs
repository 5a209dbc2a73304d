using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Tests;

public class GraphEvaluatorTests
{
    [Fact]
    public void IntegerGraphs_GiveTheReferencesBits()
    {
        var random = new Random(21);
        for (var trial = 0; trial < 150; trial++)
        {
            var graph = RandomNetworks.Integer(random);
            var session = new GraphEvaluator(graph).NewSession();
            for (var sample = 0; sample < 2; sample++) // twice: buffers are reused
            {
                var input = graph.TypeOf(graph.Inputs[0]);
                var codes = Enumerable.Range(0, (int)input.Shape.ElementCount).Select(_ => random.Next((int)input.Element.MinCode, (int)input.Element.MaxCode + 1)).ToArray();
                codes.CopyTo(session.Codes(graph.Inputs[0]), 0);
                session.Run();
                var expected = Reference(graph, Tensor.FromCodes(input, codes));
                foreach (var node in graph.Nodes)
                    Assert.Equal(expected[node.Output].Codes, session.Codes(node.Output));
            }
        }
    }

    [Fact]
    public void FloatGraphs_AgreeWithTheReference()
    {
        var random = new Random(22);
        for (var trial = 0; trial < 80; trial++)
        {
            var graph = RandomNetworks.Float(random);
            var session = new GraphEvaluator(graph).NewSession();
            var input = graph.TypeOf(graph.Inputs[0]);
            var values = Enumerable.Range(0, (int)input.Shape.ElementCount).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray();
            session.Run(values);
            var expected = Reference(graph, Tensor.FromFloats(input, values));
            foreach (var node in graph.Nodes)
            {
                var (want, got) = (expected[node.Output].Floats, session.Floats(node.Output));
                for (var i = 0; i < want.Length; i++)
                    Assert.InRange(got[i], want[i] - (1e-4f * (1 + Math.Abs(want[i]))), want[i] + (1e-4f * (1 + Math.Abs(want[i]))));
            }
        }
    }

    [Fact]
    public void InputsOfAnyMagnitude_BecomeTheCodesThatQuantizeGives()
    {
        var type = new TensorType(ElementType.Int8, [1, 7], QuantParams.PerTensor(1e-3, -100));
        float[] values = [float.MaxValue, float.MinValue, float.PositiveInfinity, float.NaN, 9.3e15f, -9.3e15f, 0.0125f];
        var editor = new GraphEditor("identity");
        editor.AddOutput(editor.AddNode(new Reshape([7]), [editor.AddInput("x", type)], type with { Shape = [7] }, "y", SourceLocation.Generated));
        var graph = editor.ToGraph();
        var session = new GraphEvaluator(graph).NewSession();
        session.Run(values);
        var context = new EvaluationContext([Tensor.FromFloats(new(ElementType.Float32, [1, 7]), values)], [type]);
        new Core.IR.Ops.Quantize().Evaluate(context);
        Assert.Equal(context.Outputs[0].Codes, session.Codes(graph.Inputs[0]));
        Assert.Equal([127, -128, 127, -100, 127, -128, -87], context.Outputs[0].Codes);
    }

    [Fact]
    public void OnlyWhatIsWantedIsComputed()
    {
        var graph = RandomNetworks.Float(new Random(23));
        var first = graph.Nodes[0].Output;
        var session = new GraphEvaluator(graph, [first]).NewSession();
        session.Run(new float[graph.TypeOf(graph.Inputs[0]).Shape.ElementCount].Select((_, i) => i * 0.01f).ToArray());
        Assert.All(session.Floats(graph.Nodes[^1].Output), v => Assert.Equal(0, v));
    }

    [Fact]
    public void FakeQuantizer_RoundsToRepresentableValues_TiesUp()
    {
        float[] values = [-1f, 0.25f, 0.24f, 0.75f, 9f];
        new FakeQuantizer(ElementType.Unsigned(2), QuantParams.PerTensor(0.5)).Apply(values);
        Assert.Equal([0f, 0.5f, 0f, 1f, 1.5f], values);
    }

    private static Dictionary<int, Tensor> Reference(Graph graph, Tensor input)
    {
        var values = graph.Values.Values.Where(v => v.IsConstant).ToDictionary(v => v.Id, v => v.Constant!);
        values[graph.Inputs[0]] = input;
        foreach (var node in graph.Nodes)
        {
            var context = new EvaluationContext([.. node.Inputs.Select(id => id == Value.None ? null : values[id])], [.. node.Outputs.Select(graph.TypeOf)]);
            node.Op.Evaluate(context);
            values[node.Output] = context.Outputs[0];
        }
        return values;
    }
}
