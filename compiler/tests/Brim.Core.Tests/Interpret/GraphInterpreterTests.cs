using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.Interpret;

public class GraphInterpreterTests
{
    private static readonly TensorType Codes = new(ElementType.Int8, [2], QuantParams.PerTensor(1));

    [Fact]
    public void Outputs_may_be_inputs_constants_and_repeated()
    {
        var editor = new GraphEditor("g");
        var x = editor.AddInput("x", Codes);
        var c = editor.AddConstant("c", Tensor.FromCodes(Codes, [5, 6]));
        var sum = editor.AddNode(new Add(Activation.None), [x, c], Codes, "sum", SourceLocation.Generated);
        foreach (var id in new[] { sum, x, c, sum })
            editor.AddOutput(id);
        var seen = new List<string>();
        var outputs = GraphInterpreter.Run(editor.ToGraph(), [Tensor.FromCodes(Codes, [1, -2])], (value, _) => seen.Add(value.Name));
        Assert.Equal([[6, 4], [1, -2], [5, 6], [6, 4]], outputs.Select(t => t.Codes));
        Assert.Equal(["x", "sum"], seen);
    }

    [Fact]
    public void Inputs_must_fit()
    {
        var editor = new GraphEditor("g");
        editor.AddOutput(editor.AddInput("x", Codes));
        var graph = editor.ToGraph();
        Assert.Throws<ArgumentException>(() => GraphInterpreter.Run(graph, []));
        Assert.Throws<ArgumentException>(() => GraphInterpreter.Run(graph, [Tensor.Zeros(Codes with { Shape = [3] })]));
        Assert.Throws<ArgumentException>(() => GraphInterpreter.Run(graph, [Tensor.Zeros(Codes with { Element = ElementType.UInt8 })]));
    }
}
