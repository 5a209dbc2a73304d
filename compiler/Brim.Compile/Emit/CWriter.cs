using System.Text;

namespace Brim.Compile.Emit;

/// <summary>Writes C text: indentation and line ends, nothing else.</summary>
internal sealed class CWriter
{
    private const int LineWidth = 110;
    private readonly StringBuilder _text = new();
    private int _level;

    public CWriter Line(string text = "")
    {
        if (text.Length > 0)
            _text.Append(' ', 4 * _level).Append(text);
        _text.Append('\n');
        return this;
    }

    /// <summary>Writes a line and indents what follows.</summary>
    public CWriter Open(string text)
    {
        Line(text);
        _level++;
        return this;
    }

    /// <summary>Ends the indentation and writes a line.</summary>
    public CWriter Close(string text = "}")
    {
        _level--;
        return Line(text);
    }

    /// <summary>Writes comma-separated items, as many a line as fit.</summary>
    public CWriter Items(IEnumerable<string> items)
    {
        var line = new StringBuilder();
        foreach (var item in items)
        {
            if (line.Length + item.Length + 2 + (4 * _level) > LineWidth)
            {
                Line(line.ToString().TrimEnd());
                line.Clear();
            }
            line.Append(item).Append(", ");
        }
        return line.Length > 0 ? Line(line.ToString().TrimEnd()) : this;
    }

    public override string ToString() => _text.ToString();
}
