using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>MUL: product of two tensors.</summary>
internal sealed class MulMapping() : BinaryMapping(18, 7, BuiltinOptions.Mul)
{
    /// <inheritdoc/>
    protected override BinaryElementwise MakeOp(Activation activation) => new Mul(activation);

    /// <inheritdoc/>
    protected override long Combine(long a, long b) => unchecked(a * b);
}
