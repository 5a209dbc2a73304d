using Brim.Check.Source;

namespace Brim.Check.Flow;

/// <summary>
/// What is known of every byte of the arena and the caller's tensors at one point of the run: which layer wrote it last, and within which
/// codes. Layers run one after the other, so a walk along them is exact.
/// </summary>
internal sealed class MemoryState
{
    private readonly Dictionary<string, List<Stretch>> _memories = new(StringComparer.Ordinal);

    /// <summary>Notes that a layer has written elements.</summary>
    /// <param name="at">First byte.</param>
    /// <param name="elements">Number of elements.</param>
    /// <param name="format">Their width and sign.</param>
    /// <param name="span">Codes they can be.</param>
    /// <param name="writer">Step or caller's tensor.</param>
    public void Write(Argument at, long elements, ElementFormat format, CodeSpan span, string writer)
    {
        var (begin, end) = (at.Value, at.Value + (elements * format.Bytes));
        Forget(at, end - begin);
        _memories[at.Name].Add(new Stretch(begin, end, format, span, [writer]));
    }

    /// <summary>Notes that bytes hold nothing any more that a layer may rely on.</summary>
    public void Forget(Argument at, long bytes)
    {
        var (begin, end) = (at.Value, at.Value + bytes);
        var kept = new List<Stretch>();
        foreach (var old in Of(at.Name))
        {
            if (old.Begin < begin)
                kept.Add(old with { End = Math.Min(old.End, begin) });
            if (old.End > end)
                kept.Add(old with { Begin = Math.Max(old.Begin, end) });
        }
        _memories[at.Name] = kept;
    }

    /// <summary>Codes that elements read as a given format can be, and who wrote them.</summary>
    /// <param name="at">First byte.</param>
    /// <param name="elements">Number of elements.</param>
    /// <param name="format">Element that they are read as.</param>
    /// <param name="isModular">True if the reader adds to bytes modulo 256, so that their sign is of no account.</param>
    /// <exception cref="CheckFailure">Bytes are read that nobody wrote.</exception>
    public (CodeSpan Span, IReadOnlySet<string> Writers) Read(Argument at, long elements, ElementFormat format, bool isModular = false)
    {
        var (begin, end) = (at.Value, at.Value + (elements * format.Bytes));
        var writers = new SortedSet<string>(StringComparer.Ordinal);
        CodeSpan? span = null;
        var covered = begin;
        foreach (var stretch in Of(at.Name).Where(s => s.Begin < end && s.End > begin).OrderBy(s => s.Begin))
        {
            if (stretch.Begin > covered)
                break;
            covered = Math.Max(covered, stretch.End);
            var codes = stretch.Format.Bytes == format.Bytes ? isModular ? stretch.Span : stretch.Span.ReadAs(format) : CodeSpan.All(format);
            span = span?.Union(codes) ?? codes;
            writers.UnionWith(stretch.Writers);
        }
        return span is { } known && covered >= end
            ? (known, writers)
            : throw new CheckFailure(CheckDiagnostics.UnjustifiedBounds, $"bytes {covered}..{end - 1} of {at.Name} are read and no layer has written them");
    }

    private List<Stretch> Of(string name) => _memories.TryGetValue(name, out var list) ? list : [];

    private sealed record Stretch(long Begin, long End, ElementFormat Format, CodeSpan Span, string[] Writers);
}
