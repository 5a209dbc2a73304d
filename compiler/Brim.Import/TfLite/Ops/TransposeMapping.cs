using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>TRANSPOSE by a permutation, a constant.</summary>
internal sealed class TransposeMapping() : OperatorMapping(39, 6, BuiltinOptions.Transpose)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        var rank = context.Input(0).KnownType.Shape.Rank;
        if (context.Integers(1, "permutation") is not { } stated)
            return;
        if (stated.Length != rank || stated.Any(d => d < -rank || d >= rank))
        {
            context.Report(ImportDiagnostics.BadOperands, $"({string.Join(", ", stated.Take(ImportLimits.Rank + 1))}) is no permutation of the dimensions of {context.Input(0)} [{context.Input(0).KnownType.Shape}]");
            return;
        }
        if (sound)
            context.Emit(new Transpose([.. stated.Select(d => (int)(d < 0 ? d + rank : d))]), context.Input(0));
    }
}
