using System.Globalization;
using System.Text;

namespace Brim.Bench;

/// <summary>Tables and numbers of the performance page.</summary>
internal static class Markdown
{
    /// <summary>Adds a table's head.</summary>
    public static StringBuilder Head(this StringBuilder text, params IReadOnlyList<string> cells)
    {
        text.Row(cells).Append('|');
        return text.Insert(text.Length, "---|", cells.Count).Append('\n');
    }

    /// <summary>Adds a row.</summary>
    public static StringBuilder Row(this StringBuilder text, params IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <summary>A number with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with two decimals.</summary>
    public static string Two(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A number with three decimals.</summary>
    public static string Three(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>A number with two decimals, three below one.</summary>
    public static string Figure(double value) => value < 1 ? Three(value) : Two(value);

    /// <summary>A ratio with two decimals.</summary>
    public static string Ratio(double numerator, double denominator) => Two(numerator / denominator);

    /// <summary>A relative difference with its sign.</summary>
    public static string Signed(double value) => value.ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);
}
