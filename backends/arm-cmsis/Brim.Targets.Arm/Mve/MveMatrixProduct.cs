using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Mve;

/// <summary>Calls of pointwise_s8_mve.c: every row of inputs, a pixel or one of a batch, times the weights.</summary>
internal static class MveMatrixProduct
{
    /// <summary>The call for a node whose layer the kernels take.</summary>
    public static KernelCall Call(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var layer = MveLayer.From(node, out _)!;
        var pixels = node.OutputType().Shape.ElementCount / layer.Channels;
        var parameters = new CStruct("brim_pointwise_s8_mve_params",
        [
            CField.Of("filter", layer.Filter(context)),
            CField.Of("pixels", pixels),
        ]);
        var (blocks, single) = Blocks(layer, pixels);
        return new KernelCall(
            new Kernel("brim_pointwise_s8_mve" + layer.KernelSuffix, ArmKernels.Folder + "pointwise_s8_mve.c"),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                new KernelArgument.Scratch(),
            ],
            ScratchBytes: MveLayer.BlockPixels * MveLayer.StepTaps * layer.Steps,
            InPlaceInput: 0)
        {
            SumLayout = MveLayer.SumLayout,
            LeadBytes = (int)Lead(layer, blocks, single),
            Work = Work(layer, blocks, single),
        };
    }

    /// <summary>Whole blocks, and pixels on their own: all of them where there is one channel only, as blocks take two.</summary>
    private static (long Blocks, long Single) Blocks(MveLayer layer, long pixels) =>
        layer.Channels < 2 ? (0, pixels) : (pixels / MveLayer.BlockPixels, pixels % MveLayer.BlockPixels);

    private static ImmutableArray<(string Level, long Count)> Work(MveLayer layer, long blocks, long single)
    {
        var work = WorkCounts.OneCall();
        var block = MveWork.Of(layer);
        work.Add("interleave_step", blocks * (layer.Steps - 1));
        block.Blocks4(work, blocks);
        work.Add("copy_step", single * (layer.Steps - 1));
        block.Blocks1(work, single);
        return work.ToWork();
    }

    private static long Lead(MveLayer layer, long blocks, long single)
    {
        var units = new List<(long, long)>();
        for (long p = 0, done = 0; done < blocks + single; done++)
        {
            var next = p + (done < blocks ? MveLayer.BlockPixels : 1);
            units.Add((p * layer.Taps, next * layer.Channels));
            p = next;
        }
        return ForwardOverlap.Lead(units);
    }
}
