using System.Collections.Immutable;

namespace Brim.Targets.Arm;

/// <summary>How many output rows a kernel computes from one packed strip of the input.</summary>
internal static class StripRows
{
    /// <summary>
    /// All heights that give strips of equal height, the tallest within a budget first, then from the tallest to the least. Neighbouring strips pack
    /// the rows between them twice and expand compact weights again; tall ones take more scratch.
    /// </summary>
    /// <param name="rows">Output rows.</param>
    /// <param name="bands">Bands of equal height that a kernel computes side by side; the last strip must fill the first of them.</param>
    /// <param name="bytes">Bytes of a strip of the given rows.</param>
    /// <param name="budget">Bytes that a strip takes at most where costs are not known, as the first is taken then.</param>
    public static ImmutableArray<int> Heights(int rows, int bands, Func<int, int> bytes, int budget)
    {
        var heights = new List<int>();
        for (var strips = 1; heights.Count == 0 || heights[^1] > bands; strips++)
        {
            var equal = (rows + strips - 1) / strips;
            var height = (equal + bands - 1) / bands * bands;
            if (!heights.Contains(height) && (bands == 1 || Rest(rows, height) >= height / bands))
                heights.Add(height);
        }
        var first = heights.Find(h => bytes(h) <= budget) is var fitting and > 0 ? fitting : heights[^1];
        return [first, .. heights.Where(h => h != first)];
    }

    /// <summary>The same for strips of blocks of pixels, which are many: of all heights those that differ by half or more.</summary>
    public static IEnumerable<int> Blocks(int blocks, Func<int, int> bytes, int budget)
    {
        var heights = Heights(blocks, 1, bytes, budget);
        yield return heights[0];
        var last = int.MaxValue;
        foreach (var height in heights.Skip(1).Where(h => h <= last / 2))
            yield return last = height;
    }

    /// <summary>Rows of the last strip.</summary>
    private static int Rest(int rows, int height) => rows - ((rows - 1) / height * height);
}
