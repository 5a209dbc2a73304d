using Brim.Core.IR;

namespace Brim.Import.TfLite.Ops;

/// <summary>SQUEEZE: drops the stated dimensions of 1, or all of them if none is stated.</summary>
internal sealed class SqueezeMapping() : OperatorMapping(43, 2, BuiltinOptions.Squeeze)
{
    private const int Dimensions = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        var x = context.Input(0).KnownType.Shape;
        var stated = context.Options.Int32s(Dimensions, "squeezed dimensions") ?? [];
        foreach (var d in stated)
        {
            if (d >= -x.Rank && d < x.Rank && x[d] == 1)
                continue;
            context.Report(ImportDiagnostics.BadOperands, $"dimension {d} of {context.Input(0)} [{x}] cannot be dropped");
            return;
        }
        var dropped = stated.Select(d => d < 0 ? d + x.Rank : d).ToHashSet();
        if (sound)
            OperandShapes.EmitReshape(context, new Shape([.. x.Dimensions.Where((n, d) => stated.Length == 0 ? n != 1 : !dropped.Contains(d))]));
    }
}
