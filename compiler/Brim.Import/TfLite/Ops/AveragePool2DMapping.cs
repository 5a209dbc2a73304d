using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>AVERAGE_POOL_2D: mean of the valid elements of each window.</summary>
internal sealed class AveragePool2DMapping() : PoolMapping(1)
{
    /// <inheritdoc/>
    protected override Pool2D MakeOp(Window2D window, int height, int width, Activation activation) => new AveragePool2D(window, height, width, activation);
}
