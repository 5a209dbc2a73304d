using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Walks along a stream of words, never past the end of the tile it is in.</summary>
internal sealed class WordCursor(ConstantArray array)
{
    private long _end = array.Values.Length;

    /// <summary>Index of the next word.</summary>
    public int Position { get; private set; }

    /// <summary>The array's name, for messages.</summary>
    public string Name => array.Name;

    /// <summary>Reads the length word of a tile, which bounds what follows.</summary>
    public void BeginTile()
    {
        _end = array.Values.Length;
        var length = Next();
        Bound(length);
    }

    /// <summary>Bounds what follows, a tile or a part of one.</summary>
    public void Bound(uint length)
    {
        _end = array.Values.Length;
        if (length > _end - Position)
            throw CheckFailure.Words($"{Name}[{Position - 1}]: a tile of {length} words, {_end - Position} are left");
        _end = Position + length;
    }

    /// <summary>Lifts the bound: the words of the next tile may be read.</summary>
    public void Unbound() => _end = array.Values.Length;

    /// <summary>True at the end of the bounded words.</summary>
    public bool IsAtEnd => Position == _end;

    /// <summary>Fails unless the tile ends here.</summary>
    public void EndTile()
    {
        if (Position != _end)
            throw CheckFailure.Words($"{Name}[{Position}]: the tile's chunks end {_end - Position} words before the tile");
    }

    /// <summary>Fails unless the array ends here.</summary>
    public void EndArray()
    {
        if (Position != array.Values.Length)
            throw CheckFailure.Words($"{Name}[{Position}]: {array.Values.Length - Position} words follow the last tile");
    }

    /// <summary>The next word as an unsigned number.</summary>
    public uint Next() => Position < _end
        ? (uint)array.Values[Position++]
        : throw CheckFailure.Words($"{Name}[{Position}]: the stream goes on beyond the end of its tile");
}
