using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Flatten into a matrix; the dimensions before the axis are its rows.</summary>
internal sealed class FlattenMapping() : NodeMapping("Flatten", ["axis"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var x = context.Input(0);
        var stated = context.Int("axis", 1);
        // The axis may lie behind the last dimension.
        if (stated < -x.Shape.Rank || stated > x.Shape.Rank)
        {
            context.Report(ImportDiagnostics.BadOperands, $"axis {stated} of {x.Shape.Rank} dimensions");
            return;
        }
        var axis = (int)(stated < 0 ? stated + x.Shape.Rank : stated);
        Reshaping.To(context, x, [Product(x.Shape.Dimensions.Take(axis)), Product(x.Shape.Dimensions.Skip(axis))]);
    }

    private static int Product(IEnumerable<int> dimensions) => dimensions.Aggregate(1, (a, b) => a * b);
}
