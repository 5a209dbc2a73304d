namespace Brim.Targets.Arm.Lanes;

/// <summary>How many output rows a kernel computes from one packed strip of the input.</summary>
internal static class StripRows
{
    /// <summary>
    /// Bytes that a strip may take. Neighbouring strips pack the rows between them twice and expand compact weights again; with this much the
    /// largest layers of the common small networks need two strips, and beyond it less than a percent is to be gained.
    /// </summary>
    private const int DefaultBudget = 16384;

    /// <summary>The fewest strips within the budget, of equal height.</summary>
    /// <param name="rows">Output rows.</param>
    /// <param name="multiple">Strips have a multiple of so many rows.</param>
    /// <param name="bytes">Bytes of a strip of the given rows.</param>
    /// <param name="budget">Bytes that a strip may take.</param>
    public static int Choose(int rows, int multiple, Func<int, int> bytes, int budget = DefaultBudget)
    {
        var largest = multiple;
        while (largest < rows && bytes(largest + multiple) <= budget)
            largest += multiple;
        var strips = (rows + largest - 1) / largest;
        var equal = (rows + strips - 1) / strips;
        return (equal + multiple - 1) / multiple * multiple;
    }
}
