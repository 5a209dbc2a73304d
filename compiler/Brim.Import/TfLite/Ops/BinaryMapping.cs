using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>ADD, SUB and MUL: two operands with broadcasting; on integer constants they are shape arithmetic.</summary>
internal abstract class BinaryMapping(int code, int maxVersion, BuiltinOptions options) : OperatorMapping(code, maxVersion, options)
{
    private const int FusedActivation = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var activation = context.FusedActivation(FusedActivation);
        if (IndexArithmetic.Applies(context))
        {
            if (activation is Activation.None)
                IndexFolding.FoldPair(context, Combine);
            else if (activation is not null)
                context.UnsupportedOption($"fused activation {activation} is not supported on constant integers");
            return;
        }
        if (!ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Input(1), context.Output))
            return;
        if (CheckOptions(context) && activation is { } clamp)
            context.Emit(MakeOp(clamp), context.Input(0), context.Input(1));
    }

    /// <summary>The operator of the graph.</summary>
    protected abstract BinaryElementwise MakeOp(Activation activation);

    /// <summary>Its meaning on integers.</summary>
    protected abstract long Combine(long a, long b);

    /// <summary>Reports options that are not supported.</summary>
    protected virtual bool CheckOptions(OperatorContext context) => true;

    /// <summary>
    /// ADD and SUB of int16 have an older arithmetic for scales that are powers of two; it is the default of the option and not what
    /// converters of 16x8 models ask for.
    /// </summary>
    protected static bool HasGeneralInt16Arithmetic(OperatorContext context, int field)
    {
        if (context.Output.KnownType.Element != Brim.Core.IR.ElementType.Int16 || !context.Options.Bool(field, otherwise: true))
            return true;
        context.UnsupportedOption("pot_scale_int16 = true (int16 with scales that are powers of two) is not supported",
            "convert the model with 16x8 quantization (EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8)");
        return false;
    }
}
