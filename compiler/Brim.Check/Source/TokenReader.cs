namespace Brim.Check.Source;

/// <summary>Tokens with one token of lookahead, and what the grammars of data and model sources share.</summary>
internal sealed class TokenReader
{
    private readonly Lexer _lexer;

    public TokenReader(string file, string text)
    {
        _lexer = new Lexer(file, text);
        Current = _lexer.Next();
    }

    /// <summary>The token that is read next.</summary>
    public Token Current { get; private set; }

    /// <summary>True at the end of the file.</summary>
    public bool AtEnd => Current.Kind == TokenKind.End;

    /// <summary>Takes the token.</summary>
    public Token Take()
    {
        var token = Current;
        Current = _lexer.Next();
        return token;
    }

    /// <summary>True if the next token is this symbol or word.</summary>
    public bool Is(string text) => Current.Kind is TokenKind.Symbol or TokenKind.Name && Current.Text == text;

    /// <summary>Takes the token if it is this symbol or word.</summary>
    public bool TryTake(string text)
    {
        if (!Is(text))
            return false;
        Take();
        return true;
    }

    /// <summary>Takes this symbol or word.</summary>
    public void Expect(string text)
    {
        if (!TryTake(text))
            throw Failure($"expected '{text}', found {Describe()}");
    }

    /// <summary>Takes a name.</summary>
    public string Name() => Current.Kind == TokenKind.Name ? Take().Text : throw Failure($"expected a name, found {Describe()}");

    /// <summary>Takes a number without sign.</summary>
    public long Number() => Current.Kind == TokenKind.Number ? Take().Value : throw Failure($"expected a number, found {Describe()}");

    /// <summary>Takes an integer constant: a number, its negative, or the difference by which C spells the least number of a type.</summary>
    public long Integer()
    {
        if (TryTake("("))
        {
            Expect("-");
            var value = -Number();
            Expect("-");
            value -= Number();
            Expect(")");
            return value;
        }
        return TryTake("-") ? -Number() : Number();
    }

    /// <summary>A finding at the next token.</summary>
    public CheckFailure Failure(string message) => _lexer.Failure(Current.Line, message);

    private string Describe() => Current.Kind is TokenKind.End or TokenKind.Number ? Current.Text : $"'{Current.Text}'";
}
