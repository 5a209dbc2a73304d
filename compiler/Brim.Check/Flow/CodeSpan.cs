namespace Brim.Check.Flow;

/// <summary>Codes that a stretch of memory may hold.</summary>
internal readonly record struct CodeSpan(long Low, long High)
{
    /// <summary>All codes of an integer element.</summary>
    public static CodeSpan All(ElementFormat format) => format.IsSigned
        ? new(-(1L << ((8 * format.Bytes) - 1)), (1L << ((8 * format.Bytes) - 1)) - 1)
        : new(0, (1L << (8 * format.Bytes)) - 1);

    /// <summary>The least span that holds both.</summary>
    public CodeSpan Union(CodeSpan other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Codes of this span after a clamp.</summary>
    public CodeSpan Clamp(long low, long high) => new(Math.Min(Math.Max(Low, low), high), Math.Min(Math.Max(High, low), high));

    /// <summary>
    /// The same bytes read as another element: the codes themselves where all of them are codes of that element, else anything it can be.
    /// </summary>
    public CodeSpan ReadAs(ElementFormat format) => All(format) is var all && Low >= all.Low && High <= all.High ? this : all;

    /// <summary>(code + offset) modulo 256, as the lane kernels take activations from bytes.</summary>
    public CodeSpan OffsetByte(long offset)
    {
        var low = (((Low + offset) % 256) + 256) % 256;
        return low + (High - Low) <= 255 ? new(low, low + (High - Low)) : new(0, 255);
    }

    /// <summary>The span moved.</summary>
    public CodeSpan Plus(long offset) => new(Low + offset, High + offset);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Low}..{High}");
}

/// <summary>Width and sign of a tensor element in memory.</summary>
internal readonly record struct ElementFormat(int Bytes, bool IsSigned)
{
    public static readonly ElementFormat S8 = new(1, true);
    public static readonly ElementFormat U8 = new(1, false);
    public static readonly ElementFormat S16 = new(2, true);
    public static readonly ElementFormat S32 = new(4, true);

    /// <summary>Of an <c>enum brim_type</c>.</summary>
    public static ElementFormat Of(long type) => type switch
    {
        0 => S8,
        1 => U8,
        2 => S16,
        3 => S32,
        _ => throw CheckFailure.Words($"{type} is no brim_type"),
    };
}
