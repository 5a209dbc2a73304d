using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Calls of <c>brim_window_bits</c> and <c>brim_window_bit_pairs</c>.</summary>
internal static class WindowBitsCall
{
    /// <summary>A call.</summary>
    /// <param name="node">The node.</param>
    /// <param name="function">Function name.</param>
    /// <param name="window">The window.</param>
    /// <param name="alone">The window of codes whose partner is zero; null keeps all bits.</param>
    /// <param name="input">The operand's argument.</param>
    /// <param name="output">The result's argument.</param>
    public static KernelCall Of(NodeView node, string function, BitWindow window, BitWindow? alone, KernelArgument input, KernelArgument output)
    {
        var x = node.InputType(0);
        var depth = x.Shape.Rank == 0 ? 1 : x.Shape[-1];
        var parameters = new CStruct("brim_window_bits_params",
        [
            CField.Of("rows", x.Shape.ElementCount / depth),
            CField.Of("depth", depth),
            CField.Of("type", CodeType.Of(x.Element)),
            CField.Of("zero_point", x.Quant!.ZeroPoint),
            CField.Of("min", x.Element.MinCode),
            CField.Of("max", x.Element.MaxCode),
            CField.Of("window", Struct(window)),
            // Sixteen bits at place 0 hold every distance between codes.
            CField.Of("alone", Struct(alone ?? new BitWindow(16, [0], false))),
        ]);
        return new KernelCall(new Kernel(function, "runtime-c/src/window_bits.c"), [new KernelArgument.Parameters(parameters), input, output],
            InPlaceInput: node.Constant(0) is null ? 0 : -1);
    }

    private static CStruct Struct(BitWindow window) => new("brim_bit_window",
    [
        CField.Of("bits", window.Bits),
        CField.Of("places", window.Shifts.Sum(s => 1 << s)),
        CField.Of("rounds", window.Rounds ? 1 : 0),
    ]);
}
