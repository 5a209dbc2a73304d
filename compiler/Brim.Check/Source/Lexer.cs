using System.Globalization;

namespace Brim.Check.Source;

/// <summary>Kinds of C tokens that emitted files consist of.</summary>
internal enum TokenKind
{
    Name,
    Number,
    Symbol,
    End,
}

/// <summary>One token: a name's text, a number's value or a symbol's character.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, long Value, int Line);

/// <summary>Splits an emitted C file into tokens; comments and preprocessor lines are left out.</summary>
internal sealed class Lexer(string file, string text)
{
    private int _at;
    private int _line = 1;

    /// <summary>The next token; the end of the file again and again once it is reached.</summary>
    public Token Next()
    {
        SkipBlanks();
        if (_at >= text.Length)
            return new Token(TokenKind.End, "end of file", 0, _line);
        var c = text[_at];
        if (char.IsAsciiDigit(c))
            return Number();
        if (!char.IsAsciiLetter(c) && c != '_')
        {
            _at++;
            return new Token(TokenKind.Symbol, Symbols.Of(c), c, _line);
        }
        var begin = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            _at++;
        return new Token(TokenKind.Name, text[begin.._at], 0, _line);
    }

    /// <summary>A finding at a line of this file.</summary>
    public CheckFailure Failure(int line, string message) =>
        CheckFailure.Code(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {message}"));

    private Token Number()
    {
        var value = 0L;
        for (; _at < text.Length && char.IsAsciiDigit(text[_at]); _at++)
        {
            var digit = text[_at] - '0';
            if (value > (long.MaxValue - digit) / 10)
                throw Failure(_line, "a number leaves 64 bits");
            value = (value * 10) + digit;
        }
        while (_at < text.Length && text[_at] is 'u' or 'U' or 'l' or 'L')
            _at++;
        if (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '.'))
            throw Failure(_line, "a number is followed by a letter");
        return new Token(TokenKind.Number, "a number", value, _line);
    }

    private void SkipBlanks()
    {
        var fresh = _at == 0;
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == '\n')
            {
                _line++;
                fresh = true;
                _at++;
            }
            else if (c is ' ' or '\t' or '\r')
            {
                _at++;
            }
            else if (c == '#' && (fresh || IsLineStart()))
            {
                SkipDirective();
            }
            else if (c == '/' && _at + 1 < text.Length && text[_at + 1] == '*')
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    private bool IsLineStart()
    {
        var i = _at - 1;
        while (i >= 0 && text[i] is ' ' or '\t')
            i--;
        return i < 0 || text[i] == '\n';
    }

    private void SkipDirective()
    {
        while (_at < text.Length && (text[_at] != '\n' || text[_at - 1] == '\\'))
        {
            if (text[_at] == '\n')
                _line++;
            _at++;
        }
    }

    private void SkipComment()
    {
        var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Failure(_line, "a comment does not end");
        for (; _at < end + 2; _at++)
        {
            if (text[_at] == '\n')
                _line++;
        }
    }

    /// <summary>One-character strings, made once: data files hold millions of commas.</summary>
    private static class Symbols
    {
        private static readonly string[] Known = [.. Enumerable.Range(0, 128).Select(i => ((char)i).ToString())];

        public static string Of(char c) => c < Known.Length ? Known[c] : c.ToString();
    }
}
