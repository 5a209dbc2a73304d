using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.IR;

public class GraphPrinterTests
{
    [Fact]
    public void A_graph_prints_as_one_line_a_value()
    {
        var editor = new GraphEditor("tiny");
        var codes = new TensorType(ElementType.Int8, [1, 2, 2, 1], QuantParams.PerTensor(0.5, -3));
        var x = editor.AddInput("image", codes);
        var w = editor.AddConstant("kernel", Tensor.FromCodes(
            new TensorType(ElementType.Signed(4), [2, 1, 1, 1], QuantParams.PerAxis(0, [0.25, 0.125], [0, 0])), [7, -8]));
        var y = editor.AddNode(new Conv2D(new Window2D(2, 1, PadLeft: 1), Activation.Relu, Requantization.Single), [x, w, Value.None],
            codes with { Shape = [1, 1, 3, 2] }, "conv", SourceLocation.Generated);
        editor.AddOutput(editor.AddNode(new Reshape([6]), [y], codes with { Shape = [6] }, "flat", SourceLocation.Generated));
        Assert.Equal(
            """
            graph tiny phase=Imported
            %0 = input : i8[1x2x2x1] scale=0.5 zp=-3  # image
            %1 = constant [7,-8] : i4[2x1x1x1] axis=0 scales=0.25,0.125 zp=0  # kernel
            %2 = conv2d(%0, %1, none) {stride=2x1 pad=0,1,0,0 dilation=1x1 act=Relu requant=Single folded=False} : i8[1x1x3x2] scale=0.5 zp=-3  # conv
            %3 = reshape(%2) {target=6} : i8[6] scale=0.5 zp=-3  # flat
            output %3

            """, GraphPrinter.Print(editor.ToGraph()), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Large_constants_print_by_content()
    {
        string Print(int last)
        {
            var editor = new GraphEditor("g");
            var type = new TensorType(ElementType.Int32, [17]);
            editor.AddOutput(editor.AddConstant("c", Tensor.FromCodes(type, [.. Enumerable.Range(0, 16), last])));
            return GraphPrinter.Print(editor.ToGraph());
        }
        Assert.Contains("sha256:", Print(1), StringComparison.Ordinal);
        Assert.Equal(Print(1), Print(1));
        Assert.NotEqual(Print(1), Print(2));
    }
}
