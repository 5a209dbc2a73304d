using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>ADD: sum of two tensors.</summary>
internal sealed class AddMapping() : BinaryMapping(0, 5, BuiltinOptions.Add)
{
    private const int PowerOfTwoScaleInt16 = 1;

    /// <inheritdoc/>
    protected override BinaryElementwise MakeOp(Activation activation) => new Add(activation);

    /// <inheritdoc/>
    protected override long Combine(long a, long b) => unchecked(a + b);

    /// <inheritdoc/>
    protected override bool CheckOptions(OperatorContext context) => HasGeneralInt16Arithmetic(context, PowerOfTwoScaleInt16);
}
