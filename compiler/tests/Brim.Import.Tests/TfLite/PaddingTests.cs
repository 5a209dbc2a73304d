using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing.TfLite;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>The explicit padding of SAME: the least that gives every stride-th element a window, the odd element after.</summary>
public sealed class PaddingTests
{
    [Fact]
    public void SamePaddingIsTheLeastThatCoversTheInput()
    {
        for (var input = 1; input <= 12; input++)
        {
            for (var kernel = 1; kernel <= 5; kernel++)
            {
                for (var stride = 1; stride <= 4; stride++)
                {
                    for (var dilation = 1; dilation <= 3; dilation++)
                        Check(input, kernel, stride, dilation);
                }
            }
        }
    }

    private static void Check(int input, int kernel, int stride, int dilation)
    {
        // One window starts at each multiple of the stride; padding is added, first after, then before, in turns until they all fit.
        var windows = Enumerable.Range(0, input).Count(i => i % stride == 0);
        var span = ((kernel - 1) * dilation) + 1;
        var (before, after) = (0, 0);
        while (Windows(before + input + after, span, stride) < windows)
        {
            if (before == after)
                after++;
            else
                before++;
        }
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, input, 7, 2]));
        var w = model.Constant("w", Weights([1, kernel, 1, 2], 3));
        var y = model.Tensor("y", Int8([1, windows, 7, 2], 4));
        model.Operator(TfLiteOperator.DepthwiseConv2D, [x, w], [y], TfLiteOptions.DepthwiseConv2D(0, stride, 1, 1, 0, dilation));
        model.Output(y);
        var op = (DepthwiseConv2D)Assert.Single(Imports.Clean(model).Nodes).Op;
        Assert.Equal(new Window2D(stride, 1, before, 0, after, 0, dilation), op.Window);
    }

    private static int Windows(int extent, int span, int stride) =>
        Enumerable.Range(0, extent).Count(start => start % stride == 0 && start + span <= extent);
}
