using System.Collections.Immutable;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>CONCATENATION along an axis; all operands have the quantization of the result.</summary>
internal sealed class ConcatenationMapping() : OperatorMapping(2, 4, BuiltinOptions.Concatenation)
{
    private const int Axis = 0, FusedActivation = 1;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(context.InputCount, int.MaxValue) || context.InputCount == 0)
            return;
        var activation = context.FusedActivation(FusedActivation);
        if (activation is not (null or Activation.None))
        {
            context.UnsupportedOption($"fused activation {activation} is not defined for CONCATENATION");
            activation = null;
        }
        ImmutableArray<ImportedTensor> inputs = [.. context.PresentInputs];
        var sound = ActivationRules.AreMoved(context, [context.Output, .. inputs]);
        var rank = inputs[0].KnownType.Shape.Rank;
        var stated = context.Options.Int32(Axis);
        if (stated < -rank || stated >= rank)
        {
            context.Report(ImportDiagnostics.BadOperands, $"axis {stated} of {inputs[0]} [{inputs[0].KnownType.Shape}]");
            return;
        }
        var axis = stated < 0 ? stated + rank : stated;
        if (inputs.Sum(t => t.KnownType.Shape.Rank == rank ? (long)t.KnownType.Shape[axis] : 0) > ImportLimits.TensorBytes)
            context.Report(ImportDiagnostics.LimitExceeded, $"the result is longer than {ImportLimits.TensorBytes} along axis {axis}");
        else if (sound && activation is not null && IndexArithmetic.Applies(context))
            IndexFolding.FoldConcatenation(context, inputs, axis);
        else if (sound && activation is { } clamp)
            context.Emit(new Concat(axis, clamp), inputs.AsSpan());
    }
}
