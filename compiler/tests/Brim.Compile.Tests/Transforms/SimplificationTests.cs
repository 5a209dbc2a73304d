using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using static Brim.Compile.Tests.Transforms.GraphSketch;

namespace Brim.Compile.Tests.Transforms;

public class SimplificationTests
{
    private static readonly TensorType Image = Int8([1, 4, 5, 2]);

    [Fact]
    public void Constants_are_folded_through_chains()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var c = g.Editor.AddConstant("c", Tensor.FromCodes(Int8([1, 1, 2, 1]), [5, 7]));
        c = g.Node(new Reshape([1, 1, 1, 2]), Int8([1, 1, 1, 2]), c);
        c = g.Node(new Add(Activation.None), Int8([1, 1, 1, 2], 0.2), c, c);
        var graph = PassAssert.Changes(g.Output(g.Node(new Add(Activation.None), Image, x, c)), new FoldConstants());
        Assert.Single(graph.Nodes);
    }

    [Fact]
    public void A_graph_output_may_become_a_constant()
    {
        var g = new GraphSketch();
        g.Input(Image);
        var c = g.Editor.AddConstant("c", Tensor.FromCodes(Int8([1, 2]), [5, 7]));
        Assert.Empty(PassAssert.Changes(g.Output(g.Node(new Reshape([2]), Int8([2]), c)), new FoldConstants()).Nodes);
    }

    [Fact]
    public void Reshapes_merge_and_vanish()
    {
        var g = new GraphSketch();
        var x = g.Node(new UnaryActivation(Activation.Relu), Image, g.Input(Image));
        var a = g.Node(new Reshape([40]), Int8([40]), x);
        var b = g.Node(new Reshape([1, 2, 20]), Int8([1, 2, 20]), a);
        var c = g.Node(new Reshape([1, 4, 5, 2]), Image, b);
        var d = g.Node(new UnaryActivation(Activation.Relu6), Image, c);
        var graph = PassAssert.Changes(g.Output(b, d), new CanonicalizeReshapes());
        Assert.Equal(["activation", "reshape", "activation"], graph.Nodes.Select(n => n.Op.Mnemonic));
    }

    [Fact]
    public void A_transposition_of_unit_dimensions_is_a_reshape()
    {
        var g = new GraphSketch();
        var x = g.Input(Int8([1, 4, 1, 2]));
        var graph = PassAssert.Changes(g.Output(g.Node(new Transpose([2, 0, 1, 3]), Int8([1, 4, 2, 1]), g.Node(new Transpose([1, 3, 0, 2]), Int8([4, 2, 1, 1]), x))), new CanonicalizeReshapes());
        Assert.IsType<Reshape>(Assert.Single(graph.Nodes).Op);
    }

    [Fact]
    public void Interface_values_stay_apart()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var same = g.Node(new Reshape(Image.Shape), Image, x);
        PassAssert.Declines(g.Output(same), new CanonicalizeReshapes());
        g = new GraphSketch();
        var a = g.Node(new UnaryActivation(Activation.Relu), Image, g.Input(Image));
        var b = g.Node(new Quantize(), Image, a);
        var c = g.Node(new Quantize(), Image, b);
        var graph = PassAssert.Changes(g.Output(a, c), new RemoveIdentities());
        Assert.Equal(2, graph.Outputs.Distinct().Count());
        Assert.Equal(2, graph.Nodes.Length);
    }

    [Fact]
    public void Identities_vanish()
    {
        var g = new GraphSketch();
        var x = g.Node(new UnaryActivation(Activation.Relu), Image, g.Input(Image));
        var at = x;
        at = g.Node(new Quantize(), Image, at);
        at = g.Node(new Pad([0, 0, 0, 0], [0, 0, 0, 0], 0), Image, at);
        at = g.Node(new StridedSlice([0, 0, 0, 0], [1, 1, 1, 1], Image.Shape, Image.Shape), Image, at);
        at = g.Node(new Concat(3, Activation.None), Image, at);
        at = g.Node(new MaxPool2D(new Window2D(), 1, 1, Activation.None), Image, at);
        at = g.Node(new Transpose([0, 2, 1, 3]), Int8([1, 5, 4, 2]), at);
        at = g.Node(new Transpose([0, 2, 1, 3]), Image, at);
        at = g.Node(new UnaryActivation(Activation.Relu6), Image, at);
        Assert.Equal(2, PassAssert.Changes(g.Output(at), new RemoveIdentities()).Nodes.Length);
    }

    [Fact]
    public void Clamps_that_bite_and_reversals_stay()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var a = g.Node(new StridedSlice([0, 3, 0, 0], [1, -1, 1, 1], Image.Shape, Image.Shape), Image, x);
        var b = g.Node(new Concat(3, Activation.Relu), Image, a);
        var c = g.Node(new Transpose([0, 2, 1, 3]), Int8([1, 5, 4, 2]), b);
        PassAssert.Declines(g.Output(g.Node(new Quantize(), Int8([1, 5, 4, 2], 0.11), c)), new RemoveIdentities());
    }
}
