using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Calls of <c>brim_rescale</c>: piecewise linear functions of codes wider than bytes.</summary>
internal static class RescaleCall
{
    /// <summary>Declines types that the kernel does not know.</summary>
    public static MatchResult Match(TensorType x, TensorType y)
    {
        foreach (var type in new[] { x, y })
        {
            if (!CodeType.IsCode(type.Element) && type.Element != ElementType.Int32)
                return MatchResult.Decline($"the kernel rescales codes of 1 to 8, 16 and 32 bits, not {type.Element}");
            if (type.Quant is not { IsPerTensor: true })
                return MatchResult.Decline("the kernel rescales tensors of one scale");
        }
        return MatchResult.Accept;
    }

    /// <summary>A call.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">The operand's argument.</param>
    /// <param name="output">The result's argument.</param>
    /// <param name="positive">Factor of codes from the zero point upwards.</param>
    /// <param name="negative">Factor of the codes below.</param>
    /// <param name="range">Codes of the result.</param>
    public static KernelCall Of(NodeView node, KernelArgument input, KernelArgument output, QuantizedMultiplier positive, QuantizedMultiplier negative, CodeRange range)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var parameters = new CStruct("brim_rescale_params",
        [
            CField.Of("count", x.Shape.ElementCount),
            CField.Of("input_type", CodeType.Of(x.Element)),
            CField.Of("input_zero", x.Quant!.ZeroPoint),
            CField.Of("negative", KernelFields.Scale(negative)),
            CField.Of("output", KernelFields.Result(y, positive, range)),
        ]);
        var inPlace = node.Constant(0) is null && x.Element.StorageBytes == y.Element.StorageBytes;
        return new KernelCall(
            new Kernel("brim_rescale", "runtime-c/src/rescale.c"), [new KernelArgument.Parameters(parameters), input, output], InPlaceInput: inPlace ? 0 : -1);
    }
}
