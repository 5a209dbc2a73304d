using System.Globalization;
using Spectre.Console;

namespace Brim.Cli.Reports;

/// <summary>Tables on standard output; plain ASCII without colour or wrapping where the output is not a terminal.</summary>
internal static class ConsoleTables
{
    private const int RedirectedWidth = 200;
    private const int NameWidth = 40;

    /// <summary>A console on a writer.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var redirected = Console.IsOutputRedirected || !ReferenceEquals(writer, Console.Out);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        if (redirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>An empty table with left-aligned and right-aligned columns (<c>&gt;title</c> aligns right).</summary>
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (var column in columns)
        {
            var right = column.StartsWith('>');
            var made = new TableColumn(Markup.Escape(right ? column[1..] : column)) { NoWrap = true };
            table.AddColumn(right ? made.RightAligned() : made);
        }
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string> cells)
    {
        var row = new Markup[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            row[i] = new Markup(Markup.Escape(cells[i]));
        table.AddRow(row);
    }

    /// <summary>A layer name that fits a column: exporters join the names of all fused operators with semicolons.</summary>
    public static string ShortName(string name)
    {
        var first = name.Split(';')[0];
        return first.Length <= NameWidth ? first : string.Concat("..", first.AsSpan(first.Length - NameWidth + 2));
    }

    /// <summary>A number with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
