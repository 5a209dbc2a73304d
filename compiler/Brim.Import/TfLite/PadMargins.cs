using System.Collections.Immutable;

namespace Brim.Import.TfLite;

/// <summary>Elements added before and after each dimension by PAD and PADV2.</summary>
/// <param name="Before">Elements before each dimension.</param>
/// <param name="After">Elements after each dimension.</param>
internal sealed record PadMargins(ImmutableArray<int> Before, ImmutableArray<int> After)
{
    /// <summary>Reads operand 1, [rank, 2] not negative integers; null, reported, if it is something else.</summary>
    public static PadMargins? Read(OperatorContext context)
    {
        var shape = context.Input(0).KnownType.Shape;
        if (context.Integers(1, "paddings") is not { } stated)
            return null;
        if (stated.Length != 2 * shape.Rank || context.Input(1).KnownType.Shape.Rank != 2)
        {
            context.Report(ImportDiagnostics.BadOperands, $"paddings of shape [{context.Input(1).KnownType.Shape}] for {context.Input(0)} [{shape}]");
            return null;
        }
        foreach (var n in stated)
        {
            if (n >= 0 && n <= ImportLimits.WindowSpan)
                continue;
            context.Report(ImportDiagnostics.BadConstant, $"padding by {n} elements is not within 0 to {ImportLimits.WindowSpan}");
            return null;
        }
        return new PadMargins(
            [.. Enumerable.Range(0, shape.Rank).Select(d => (int)stated[2 * d])],
            [.. Enumerable.Range(0, shape.Rank).Select(d => (int)stated[(2 * d) + 1])]);
    }
}
