using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>SUB: difference of two tensors.</summary>
internal sealed class SubMapping() : BinaryMapping(41, 5, BuiltinOptions.Sub)
{
    private const int PowerOfTwoScaleInt16 = 1;

    /// <inheritdoc/>
    protected override BinaryElementwise MakeOp(Activation activation) => new Sub(activation);

    /// <inheritdoc/>
    protected override long Combine(long a, long b) => unchecked(a - b);

    /// <inheritdoc/>
    protected override bool CheckOptions(OperatorContext context) => HasGeneralInt16Arithmetic(context, PowerOfTwoScaleInt16);
}
