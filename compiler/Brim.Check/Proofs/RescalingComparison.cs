namespace Brim.Check.Proofs;

/// <summary>Decides whether two rescalings agree on an interval. Both never decrease, so it is enough to compare where their codes change.</summary>
internal static class RescalingComparison
{
    /// <summary>The first sum at which they differ with both codes, or null. A kernel's code is null where its words overflow.</summary>
    public static (long Sum, long? Kernel, long Certified)? FirstDifference(Rescaling kernel, CertifiedRescaling certified, int output, long low, long high)
    {
        // Codes never decrease in between where the ends are in order, which a negative multiplier would break.
        for (var at = low; ;)
        {
            var (own, model) = (kernel.Code(output, at), certified.Code(output, at));
            if (own != model)
                return (at, own, model);
            var end = Math.Min(Last(x => kernel.Code(output, x), own, at, high), Last(x => certified.Code(output, x), model, at, high));
            if (end >= high)
                return null;
            at = end + 1;
        }
    }

    /// <summary>The last sum with the code of the first.</summary>
    private static long Last(Func<long, long?> code, long? value, long low, long high)
    {
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (code(middle) == value)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
