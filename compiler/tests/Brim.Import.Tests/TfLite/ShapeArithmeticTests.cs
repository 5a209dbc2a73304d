using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing.TfLite;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>Shape arithmetic is folded at import, as exporters leave it behind for reshapes with an open batch.</summary>
public sealed class ShapeArithmeticTests
{
    [Fact]
    public void FlattenOfAnOpenBatchFolds()
    {
        // SHAPE -> STRIDED_SLICE [0:1] (shrunk) -> PACK with the product of the rest -> RESHAPE.
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 3, 4, 5]));
        var shape = model.Tensor("shape", Int32([4]));
        var batch = model.Tensor("batch", Int32(Shape.Scalar));
        var rest = model.Tensor("rest", Int32([3]));
        var size = model.Tensor("size", Int32(Shape.Scalar));
        var target = model.Tensor("target", Int32([2]));
        var y = model.Tensor("y", Int8([1, 60]));
        model.Operator(TfLiteOperator.Shape, [x], [shape]);
        model.Operator(TfLiteOperator.StridedSlice, [shape, model.Integers("b", 0), model.Integers("e", 1), model.Integers("s", 1)], [batch], TfLiteOptions.StridedSlice(shrinkAxisMask: 1));
        model.Operator(TfLiteOperator.StridedSlice, [shape, model.Integers("b", 1), model.Integers("e", 0), model.Integers("s", 1)], [rest], TfLiteOptions.StridedSlice(endMask: 1));
        model.Operator(TfLiteOperator.ReduceProd, [rest, model.Constant("axis", Tensor.FromCodes(Int32(Shape.Scalar), [0]))], [size], TfLiteOptions.Reducer(false));
        model.Operator(TfLiteOperator.Pack, [batch, size], [target], TfLiteOptions.Pack(2, 0));
        model.Operator(TfLiteOperator.Reshape, [x, target], [y]);
        model.Output(y);
        var graph = Imports.Clean(model);
        Assert.Equal(new Reshape([1, 60]), Assert.Single(graph.Nodes).Op);
    }

    public static TheoryData<string, int[], int[], int[]> Pairs => new()
    {
        { "add", [5, -6], [7, 8], [12, 2] },
        { "sub", [5, -6], [7], [-2, -13] },
        { "mul", [int.MaxValue], [2, 3], [-2, int.MaxValue - 2] },
        { "div", [7, -7, 7, -7, int.MinValue], [2, 2, -2, -2, -1], [3, -4, -4, 3, int.MinValue] },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void PairsFold(string name, int[] a, int[] b, int[] expected)
    {
        var (code, options) = name switch
        {
            "add" => (TfLiteOperator.Add, TfLiteOptions.Add()),
            "sub" => (TfLiteOperator.Sub, TfLiteOptions.Sub()),
            "mul" => (TfLiteOperator.Mul, TfLiteOptions.Mul()),
            _ => (TfLiteOperator.FloorDiv, TfLiteOptions.Empty(65)),
        };
        Assert.Equal(expected, Folded(Int32([expected.Length]), code, options, m => [m.Integers("a", a), m.Integers("b", b)]));
    }

    [Fact]
    public void BroadcastingFoldsLikeNumpy()
    {
        var column = Tensor.FromCodes(Int32([3, 1]), [10, 20, 30]);
        var row = Tensor.FromCodes(Int32([2]), [1, 2]);
        Assert.Equal([11, 12, 21, 22, 31, 32], Folded(Int32([3, 2]), TfLiteOperator.Add, TfLiteOptions.Add(), m => [m.Constant("a", column), m.Constant("b", row)]));
    }

    [Fact]
    public void StacksAndConcatenationsInterleave()
    {
        var a = Tensor.FromCodes(Int32([2, 2]), [1, 2, 3, 4]);
        var b = Tensor.FromCodes(Int32([2, 2]), [5, 6, 7, 8]);
        Func<TfLiteModelBuilder, int[]> operands = m => [m.Constant("a", a), m.Constant("b", b)];
        Assert.Equal([1, 2, 5, 6, 3, 4, 7, 8], Folded(Int32([2, 4]), TfLiteOperator.Concatenation, TfLiteOptions.Concatenation(1), operands));
        Assert.Equal([1, 5, 2, 6, 3, 7, 4, 8], Folded(Int32([2, 2, 2]), TfLiteOperator.Pack, TfLiteOptions.Pack(2, -1), operands));
    }

    [Fact]
    public void GatherAndProductFold()
    {
        var values = Tensor.FromCodes(Int32([2, 3]), [1, 2, 3, 4, 5, 6]);
        Assert.Equal([3, 1, 6, 4], Folded(Int32([2, 2]), TfLiteOperator.Gather, TfLiteOptions.Gather(-1), m => [m.Constant("v", values), m.Integers("i", 2, 0)]));
        Assert.Equal([4, 10, 18], Folded(Int32([3]), TfLiteOperator.ReduceProd, TfLiteOptions.Reducer(false), m => [m.Constant("v", values), m.Integers("axes", 0)]));
    }

    [Fact]
    public void SlicesFold()
    {
        var values = Tensor.FromCodes(Int32([3, 3]), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal([9, 7, 3, 1], Folded(Int32([2, 2]), TfLiteOperator.StridedSlice, TfLiteOptions.StridedSlice(beginMask: 3, endMask: 3),
            m => [m.Constant("v", values), m.Integers("b", 0, 0), m.Integers("e", 0, 0), m.Integers("s", -2, -2)]));
    }

    [Fact]
    public void ReshapedConstantsKeepTheirElements()
    {
        var model = new TfLiteModelBuilder();
        var weights = Counting(Float([1, 1, 2, 4]));
        var w = model.Tensor("w2", Float([2, 4]));
        model.Operator(TfLiteOperator.Squeeze, [model.Constant("w", weights)], [w], TfLiteOptions.Squeeze());
        var y = model.Tensor("y", Float([1, 2]));
        model.Operator(TfLiteOperator.FullyConnected, [model.Input("x", Float([1, 4])), w], [y], TfLiteOptions.FullyConnected(), 6);
        model.Output(y);
        var graph = Imports.Clean(model);
        Assert.Equal(weights.Floats, graph[Assert.Single(graph.Nodes).Inputs[1]].Constant!.Floats);
    }

    [Fact]
    public void TargetShapeOfUnknownValueIsReported()
    {
        var model = new TfLiteModelBuilder();
        var target = model.Input("target", Int32([2]));
        model.Operator(TfLiteOperator.Reshape, [model.Input("x", Int8([4])), target], [model.Tensor("y", Int8([2, 2]))]);
        model.Output(2);
        Assert.Equal("the target shape 'target' must be a constant", Imports.Rejected(model, ImportDiagnostics.NotConstant).Message);
    }

    [Fact]
    public void CastOfActivationsIsReported()
    {
        var model = new TfLiteModelBuilder();
        model.Operator(TfLiteOperator.Cast, [model.Input("x", Int32([4]))], [model.Tensor("y", Int64([4]))]);
        model.Output(1);
        Imports.Rejected(model, ImportDiagnostics.NotConstant);
    }

    [Theory]
    [InlineData(new[] { 2, 3 })]
    [InlineData(new[] { -1, -1 })]
    [InlineData(new[] { -1, 5 })]
    [InlineData(new[] { -2, 2 })]
    [InlineData(new[] { -1, 0 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue })]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 4 })]
    public void ImpossibleTargetShapesAreReported(int[] shape)
    {
        var model = new TfLiteModelBuilder();
        model.Operator(TfLiteOperator.Reshape, [model.Input("x", Int8([4]))], [model.Tensor("y", Int8([2, 2]))], TfLiteOptions.Reshape(shape));
        model.Output(1);
        Imports.Rejected(model, ImportDiagnostics.BadOperands);
    }

    [Fact]
    public void FoldedChainsStayInProportionToTheFile()
    {
        // Each operator makes 32 x 32 elements anew; the file holds 64.
        var model = new TfLiteModelBuilder();
        var column = model.Constant("c", Tensor.FromCodes(Int32([32, 1]), new int[32]));
        var row = model.Constant("r", Tensor.FromCodes(Int32([1, 32]), new int[32]));
        model.Input("x", Int8([1]));
        for (var i = 0; i < 3000; i++)
            model.Operator(TfLiteOperator.Add, [column, row], [model.Tensor("t", Int32([32, 32]))], TfLiteOptions.Add());
        model.Output(2);
        var file = model.Build();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (graph, findings) = Imports.Of(file);
        Assert.Null(graph);
        Assert.All(findings, d => Assert.Equal("BRIM1011", d.Descriptor.Code));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64L << 20);
    }

    private static int[] Folded(TensorType result, TfLiteOperator code, TfLiteOptions options, Func<TfLiteModelBuilder, int[]> operands)
    {
        var model = new TfLiteModelBuilder();
        model.Operator(code, operands(model), [model.Tensor("y", result)], options);
        model.Output(model.Tensor("unused", result) - 1);
        var graph = Imports.Clean(model);
        Assert.Empty(graph.Nodes);
        return graph[Assert.Single(graph.Outputs)].Constant!.Codes;
    }
}
