namespace Brim.Import.TfLite.Wire;

/// <summary>A vector of tables of a FlatBuffers file; the tables are checked when they are read.</summary>
internal readonly struct FlatTableVector
{
    private readonly FlatBufferSource? _source;
    private readonly int _start;
    private readonly string _what;

    /// <summary>A vector whose bounds have been checked.</summary>
    public FlatTableVector(FlatBufferSource source, int start, int count, string what)
    {
        _source = source;
        _start = start;
        _what = what;
        Count = count;
    }

    /// <summary>Number of tables.</summary>
    public int Count { get; }

    /// <summary>A table; absent, reported, if its offset leads nowhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public FlatTable this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var position = _source!.FollowOffset(_start + (4L * index), _what);
            return position is { } at ? FlatTable.At(_source, at, _what) : default;
        }
    }
}
