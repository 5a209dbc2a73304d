using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// A filter row of three taps as the coefficients w2, w1, w0 of a polynomial: times the pixels u0, u1, u2, coefficient j of the product is
/// what these pixels add to output x0 - 1 + j.
/// </summary>
internal static class RowPolynomial
{
    /// <summary>Filter columns of the taps in the weight operand's fields, lowest first.</summary>
    public static ImmutableArray<int> Columns { get; } = [2, 1, 0];

    /// <summary>Range that one row of taps adds to a lane, every pixel being at most <paramref name="bound"/>.</summary>
    /// <param name="lane">The lane; its products name the taps.</param>
    /// <param name="taps">w0, w1, w2.</param>
    /// <param name="bound">Greatest activation of the channel.</param>
    public static LaneRange Range(Lane lane, ReadOnlySpan<int> taps, long bound)
    {
        var range = default(LaneRange);
        foreach (var (weight, _) in lane.Products)
            range += LaneRange.Of(taps[Columns[weight]], bound);
        return range;
    }

    /// <summary>The packing whose fields are <paramref name="spacing"/> bits apart, 12 or 13.</summary>
    public static Packing Spaced(int spacing) => spacing == PackingCatalog.SmlalRows.WeightFields[1] ? PackingCatalog.SmlalRows : PackingCatalog.SmlalRows13;

    /// <summary>Greatest value of a weight or an activation, for messages.</summary>
    public static int Greatest(Func<long, bool> fits) => Enumerable.Range(1, 255).TakeWhile(v => fits(v)).Last();

    /// <summary>The weight operand.</summary>
    public static uint Word(Packing packing, ReadOnlySpan<int> taps) =>
        packing.WeightWord([taps[Columns[0]], taps[Columns[1]], taps[Columns[2]]]);

    /// <summary>Codes w + 8 in the fields of the weight operand: what a compact stream stores, at an offset the caller shifts by.</summary>
    public static uint Codes(Packing packing, ReadOnlySpan<int> taps) =>
        packing.WeightWord([taps[Columns[0]] + 8, taps[Columns[1]] + 8, taps[Columns[2]] + 8]);

    /// <summary>Taps of one filter row and input channel.</summary>
    public static void Read(FilterCodes filter, int output, int row, int channel, Span<int> taps)
    {
        for (var column = 0; column < 3; column++)
            taps[column] = filter[output, row, column, channel];
    }

    /// <summary>What padding pixels of code <paramref name="padding"/> beside the image add through one filter column.</summary>
    public static long Side(FilterCodes filter, int output, int column, long padding)
    {
        long sum = 0;
        for (var row = 0; row < filter.Height; row++)
            for (var channel = 0; channel < filter.Channels; channel++)
                sum += filter[output, row, column, channel];
        return sum * padding;
    }
}
