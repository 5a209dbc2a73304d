using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.TfLite.Ops;

/// <summary>RESHAPE: the target is operand 1 if there is one, else stands in the options; at most one dimension of -1 follows from the rest.</summary>
internal sealed class ReshapeMapping() : OperatorMapping(22, 2, BuiltinOptions.Reshape)
{
    private const int NewShape = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 2))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        var stated = context.OptionalInput(1) is not null
            ? context.Integers(1, "target shape")
            : context.Options.Int32s(NewShape, "new shape") is { } option ? [.. option.Select(d => (long)d)] : null;
        if (context.OptionalInput(1) is null && stated is null)
            context.Report(ImportDiagnostics.BadOperands, "there is neither an operand nor an option with the target shape");
        if (stated is { } target && Resolve(context, target) is { } shape && sound)
            OperandShapes.EmitReshape(context, shape);
    }

    private static Shape? Resolve(OperatorContext context, ImmutableArray<long> target)
    {
        var elements = context.Input(0).KnownType.Shape.ElementCount;
        var open = target.IndexOf(-1);
        long known = 1;
        var sound = target.Length <= ImportLimits.Rank;
        for (var i = 0; sound && i < target.Length; i++)
        {
            if (i == open)
                continue;
            sound = target[i] >= 0 && target[i] <= Math.Max(elements, 1) && (known *= target[i]) <= Math.Max(elements, 1);
        }
        sound = sound && (open < 0 ? known == elements : known > 0 && elements % known == 0);
        if (sound)
            return new Shape([.. target.Select((d, i) => i == open ? (int)(elements / known) : (int)d)]);
        context.Report(ImportDiagnostics.BadOperands, $"{context.Input(0)} [{context.Input(0).KnownType.Shape}] cannot take the shape [{string.Join('x', target.Take(ImportLimits.Rank + 1))}]");
        return null;
    }
}
