using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>All results of an operator on single bytes.</summary>
internal static class ByteTable
{
    private const int Codes = 256;

    /// <summary>The results, indexed by the operand's byte; bytes that are no code of the type never occur and take the nearest code's result.</summary>
    public static ImmutableArray<long> Of(UnaryElementwise op, TensorType x, TensorType y)
    {
        var codes = new int[Codes];
        for (var b = 0; b < Codes; b++)
            codes[b] = (int)Math.Clamp(x.Element.IsSigned ? (sbyte)b : b, x.Element.MinCode, x.Element.MaxCode);
        var shape = new Shape([Codes]);
        var evaluation = new EvaluationContext([Tensor.FromCodes(x with { Shape = shape }, codes)], [y with { Shape = shape }]);
        op.Evaluate(evaluation);
        // Unsigned results are stored as the signed byte of the same bits.
        var results = evaluation.Outputs[0].Codes;
        return CodeType.IsByte(y.Element) ? [.. results.Select(r => (long)unchecked((sbyte)r))] : [.. results.Select(r => (long)r)];
    }
}
