namespace Brim.Import.TfLite.Ops;

/// <summary>FLOOR_DIV of integer constants.</summary>
internal sealed class FloorDivMapping() : OperatorMapping(90, 3, BuiltinOptions.FloorDiv)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2) || !IndexFolding.IsApplicable(context))
            return;
        if (context.Integers(1, "divisor") is { } divisors && divisors.Contains(0))
            context.Report(ImportDiagnostics.BadConstant, $"the divisor {context.Input(1)} contains 0");
        else
            IndexFolding.FoldPair(context, FloorDivide);
    }

    private static long FloorDivide(long a, long b)
    {
        // The one quotient that does not fit would trap.
        if (b == -1)
            return unchecked(-a);
        var quotient = a / b;
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }
}
