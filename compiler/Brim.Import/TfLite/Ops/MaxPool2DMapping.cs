using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>MAX_POOL_2D: largest valid element of each window.</summary>
internal sealed class MaxPool2DMapping() : PoolMapping(17)
{
    /// <inheritdoc/>
    protected override Pool2D MakeOp(Window2D window, int height, int width, Activation activation) => new MaxPool2D(window, height, width, activation);
}
