using Brim.Core.IR;

namespace Brim.Import.TfLite.Ops;

/// <summary>EXPAND_DIMS: inserts a dimension of 1 before the axis, a constant; -1 stands for the end.</summary>
internal sealed class ExpandDimsMapping() : OperatorMapping(70, 2, BuiltinOptions.ExpandDims)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        var x = context.Input(0).KnownType.Shape;
        if (context.Integers(1, "axis") is not { } axes)
            return;
        if (axes.Length != 1 || axes[0] < -x.Rank - 1 || axes[0] > x.Rank)
        {
            context.Report(ImportDiagnostics.BadOperands, $"axis [{string.Join(", ", axes.Take(4))}] of {context.Input(0)} [{x}]");
            return;
        }
        var axis = (int)(axes[0] < 0 ? axes[0] + x.Rank + 1 : axes[0]);
        if (sound)
            OperandShapes.EmitReshape(context, new Shape(x.Dimensions.Insert(axis, 1)));
    }
}
