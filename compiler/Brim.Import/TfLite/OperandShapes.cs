using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite;

/// <summary>Checks of operand shapes and axes that several mappings share; each reports what it finds.</summary>
internal static class OperandShapes
{
    /// <summary>True if all tensors have a number of dimensions.</summary>
    public static bool HaveRank(OperatorContext context, int rank, params ReadOnlySpan<ImportedTensor> tensors)
    {
        var sound = true;
        foreach (var tensor in tensors)
        {
            if (tensor.KnownType.Shape.Rank == rank)
                continue;
            context.Report(ImportDiagnostics.BadOperands, $"{tensor} [{tensor.KnownType.Shape}] must have {rank} dimensions");
            sound = false;
        }
        return sound;
    }

    /// <summary>A constant operand as ascending axes without repetition, negative ones resolved; null, reported, if one is out of range.</summary>
    public static ImmutableArray<int>? Axes(OperatorContext context, int operand, int rank)
    {
        if (context.Integers(operand, "axes") is not { } stated)
            return null;
        foreach (var axis in stated)
        {
            if (axis >= -rank && axis < rank)
                continue;
            context.Report(ImportDiagnostics.BadOperands, $"axis {axis} is not one of {rank} dimensions");
            return null;
        }
        return [.. stated.Select(a => (int)(a < 0 ? a + rank : a)).Distinct().Order()];
    }

    /// <summary>Gives operand 0 another shape of as many elements: at once if it is a constant, else by a node.</summary>
    public static void EmitReshape(OperatorContext context, Shape target)
    {
        var x = context.Input(0);
        if (!x.IsConstant)
            context.Emit(new Reshape(target), x);
        // Scales along a dimension would have to move with it, which a reshape of real weights has no use for.
        else if (context.Constant(x, "operand") is { } constant)
            context.Fold(constant.WithType(constant.Type with { Shape = target, Quant = null }));
    }
}
