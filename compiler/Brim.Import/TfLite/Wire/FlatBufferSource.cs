using System.Buffers.Binary;
using Brim.Core.Diagnostics;

namespace Brim.Import.TfLite.Wire;

/// <summary>
/// Bytes of a FlatBuffers file (little-endian wire format, https://flatbuffers.dev/internals/). Reading is total: whatever does not
/// fit is reported once and reads as absent, so that a reader of a schema needs no checks of its own and a damaged file raises no
/// exception. Offsets need not be aligned.
/// </summary>
internal sealed class FlatBufferSource
{
    private const int MostReports = 16;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SourceLocation _location;
    private readonly DiagnosticBag _diagnostics;
    private readonly HashSet<(long, string)> _reported = [];
    private long _budget;

    /// <summary>Wraps a file's bytes; problems go to <paramref name="diagnostics"/> as BRIM1002.</summary>
    public FlatBufferSource(ReadOnlyMemory<byte> bytes, string fileName, DiagnosticBag diagnostics)
    {
        _bytes = bytes;
        _location = new SourceLocation(fileName);
        _diagnostics = diagnostics;
        // Every element of an honest file is read a few times at most. A file whose tables share one large vector could otherwise
        // make its reader do work that grows with the square of the file's length.
        _budget = (16L * bytes.Length) + 65536;
    }

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>True once something did not fit.</summary>
    public bool IsMalformed => _reported.Count > 0;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>A part of the file whose bounds have been checked.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.Slice(start, length);

    /// <summary>The table that the offset at the start of the file names.</summary>
    public FlatTable Root() => FollowOffset(0, "root table") is { } position ? FlatTable.At(this, position, "root table") : default;

    /// <summary>Reports that the file is malformed at a byte position.</summary>
    public void Report(long position, string message)
    {
        if (_reported.Count > MostReports || !_reported.Add((position, message)))
            return;
        _diagnostics.Report(ImportDiagnostics.MalformedFile, _location, _reported.Count > MostReports
            ? "further damage of the file is not listed"
            : $"byte {position} of {Length}: {message}");
    }

    /// <summary>True if a number of bytes lies within the file.</summary>
    public bool Holds(long position, long bytes) => position >= 0 && bytes >= 0 && position <= Length - bytes;

    /// <summary>Follows the unsigned offset stored at a position; null, reported, if it leads nowhere.</summary>
    public int? FollowOffset(long position, string what)
    {
        if (!Holds(position, 4))
        {
            Report(position, $"the offset of the {what} lies outside of the file");
            return null;
        }
        var target = position + BinaryPrimitives.ReadUInt32LittleEndian(Span[(int)position..]);
        if (target == position || !Holds(target, 4))
        {
            Report(position, $"the offset of the {what} leads to byte {target}");
            return null;
        }
        return (int)target;
    }

    /// <summary>
    /// Start and element count of the vector at a position; null, reported, if it does not fit. Its elements are charged against the
    /// reading budget unless the caller only takes a view of them.
    /// </summary>
    public (int Start, int Count)? VectorAt(int position, int elementBytes, string what, bool charged = true)
    {
        var count = BinaryPrimitives.ReadUInt32LittleEndian(Span[position..]);
        if (!Holds(position + 4L, count * (long)elementBytes))
        {
            Report(position, $"the {what} would have {count} elements of {elementBytes} bytes");
            return null;
        }
        return charged && !Charge(count, position) ? null : (position + 4, (int)count);
    }

    /// <summary>Charges work against the budget; false, reported, once it is used up.</summary>
    public bool Charge(long elements, long position)
    {
        _budget -= elements;
        if (_budget >= 0)
            return true;
        Report(position, "tables share their parts so often that the file describes far more than it holds");
        return false;
    }
}
