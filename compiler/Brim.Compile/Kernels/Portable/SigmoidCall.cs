using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Calls of <c>brim_logistic_s16</c> and <c>brim_tanh_s16</c>.</summary>
internal static class SigmoidCall
{
    // One name for all steps: emitters print an array of one name once.
    private static readonly ConstantData Table = new("sigmoid_s16", CElement.UInt16, [.. SigmoidInt16.Table.Select(v => (long)v)], "table");

    /// <summary>Declines all but 16-bit codes.</summary>
    public static MatchResult Match(NodeView node)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        if (x.Element != ElementType.Int16 || y.Element != ElementType.Int16)
            return MatchResult.Decline($"the kernel maps 16-bit codes to 16-bit codes, not {x.Element} to {y.Element}");
        return x.Quant is { IsPerTensor: true } ? MatchResult.Accept : MatchResult.Decline("activations need one scale");
    }

    /// <summary>A call.</summary>
    public static KernelCall Of(NodeView node, string function, SigmoidInt16 scaling, KernelArgument input, KernelArgument output)
    {
        var parameters = new CStruct("brim_sigmoid_params",
        [
            CField.Of("count", node.InputType(0).Shape.ElementCount),
            CField.Of("multiplier", scaling.Multiplier),
            CField.Of("shift", scaling.RightShift),
        ]);
        return new KernelCall(
            new Kernel(function, "runtime-c/src/sigmoid_s16.c"),
            [new KernelArgument.Parameters(parameters), input, new KernelArgument.Constant(Table), output],
            InPlaceInput: node.Constant(0) is null ? 0 : -1);
    }
}
