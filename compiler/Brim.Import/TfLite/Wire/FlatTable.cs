using System.Buffers.Binary;
using System.Text;

namespace Brim.Import.TfLite.Wire;

/// <summary>
/// A table of a FlatBuffers file. Fields are named by their index in the schema. An absent table (the default value) has no fields, an
/// absent field reads as its default.
/// </summary>
internal readonly struct FlatTable
{
    private readonly FlatBufferSource? _source;
    private readonly int _position;
    private readonly int _vtable;
    private readonly int _vtableBytes;
    private readonly int _tableBytes;

    private FlatTable(FlatBufferSource source, int position, int vtable, int vtableBytes, int tableBytes)
    {
        _source = source;
        _position = position;
        _vtable = vtable;
        _vtableBytes = vtableBytes;
        _tableBytes = tableBytes;
    }

    /// <summary>True if there is a table.</summary>
    public bool IsPresent => _source is not null;

    /// <summary>The table at a position; absent, reported, if it or its vtable does not fit the file.</summary>
    public static FlatTable At(FlatBufferSource source, int position, string what)
    {
        if (!source.Holds(position, 4))
        {
            source.Report(position, $"the {what} lies outside of the file");
            return default;
        }
        // The distance is signed, and the vtable lies that far before the table.
        var vtable = position - (long)BinaryPrimitives.ReadInt32LittleEndian(source.Span[position..]);
        if (!source.Holds(vtable, 4))
        {
            source.Report(position, $"the {what} has its vtable at byte {vtable}");
            return default;
        }
        var vtableBytes = BinaryPrimitives.ReadUInt16LittleEndian(source.Span[(int)vtable..]);
        var tableBytes = BinaryPrimitives.ReadUInt16LittleEndian(source.Span[((int)vtable + 2)..]);
        if (vtableBytes < 4 || vtableBytes % 2 != 0 || tableBytes < 4 || !source.Holds(vtable, vtableBytes) || !source.Holds(position, tableBytes))
        {
            source.Report(position, $"the {what} has {tableBytes} bytes and a vtable of {vtableBytes} bytes at byte {vtable}");
            return default;
        }
        return source.Charge(1, position) ? new FlatTable(source, position, (int)vtable, vtableBytes, tableBytes) : default;
    }

    /// <summary>True if the field is stored.</summary>
    public bool Has(int field) => Field(field, 1) is not null;

    /// <summary>An unsigned byte, also enumerations and union tags.</summary>
    public byte UInt8(int field, byte otherwise = 0) => Field(field, 1) is { } at ? _source!.Span[at] : otherwise;

    /// <summary>A signed byte.</summary>
    public sbyte Int8(int field, sbyte otherwise = 0) => (sbyte)UInt8(field, (byte)otherwise);

    /// <summary>A truth value.</summary>
    public bool Bool(int field, bool otherwise = false) => Field(field, 1) is { } at ? _source!.Span[at] != 0 : otherwise;

    /// <summary>A signed 32-bit integer.</summary>
    public int Int32(int field, int otherwise = 0) =>
        Field(field, 4) is { } at ? BinaryPrimitives.ReadInt32LittleEndian(_source!.Span[at..]) : otherwise;

    /// <summary>An unsigned 32-bit integer.</summary>
    public uint UInt32(int field, uint otherwise = 0) =>
        Field(field, 4) is { } at ? BinaryPrimitives.ReadUInt32LittleEndian(_source!.Span[at..]) : otherwise;

    /// <summary>An unsigned 64-bit integer.</summary>
    public ulong UInt64(int field, ulong otherwise = 0) =>
        Field(field, 8) is { } at ? BinaryPrimitives.ReadUInt64LittleEndian(_source!.Span[at..]) : otherwise;

    /// <summary>A float.</summary>
    public float Single(int field, float otherwise = 0) =>
        Field(field, 4) is { } at ? BinaryPrimitives.ReadSingleLittleEndian(_source!.Span[at..]) : otherwise;

    /// <summary>A table (also the value of a union); absent if the field is.</summary>
    public FlatTable Table(int field, string what) =>
        Target(field, what) is { } position ? At(_source!, position, what) : default;

    /// <summary>A vector of tables; empty if the field is absent.</summary>
    public FlatTableVector Tables(int field, string what) =>
        Vector(field, 4, what, charged: false) is { } v ? new FlatTableVector(_source!, v.Start, v.Count, what) : default;

    /// <summary>A vector of signed 32-bit integers; null if the field is absent.</summary>
    public int[]? Int32s(int field, string what)
    {
        if (Vector(field, 4, what) is not { } v)
            return null;
        var result = new int[v.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = BinaryPrimitives.ReadInt32LittleEndian(_source!.Span[(v.Start + (4 * i))..]);
        return result;
    }

    /// <summary>A vector of signed 64-bit integers; null if the field is absent.</summary>
    public long[]? Int64s(int field, string what)
    {
        if (Vector(field, 8, what) is not { } v)
            return null;
        var result = new long[v.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = BinaryPrimitives.ReadInt64LittleEndian(_source!.Span[(v.Start + (8 * i))..]);
        return result;
    }

    /// <summary>A vector of floats; null if the field is absent.</summary>
    public float[]? Singles(int field, string what)
    {
        if (Vector(field, 4, what) is not { } v)
            return null;
        var result = new float[v.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = BinaryPrimitives.ReadSingleLittleEndian(_source!.Span[(v.Start + (4 * i))..]);
        return result;
    }

    /// <summary>A view of a vector of bytes; empty if the field is absent.</summary>
    public ReadOnlyMemory<byte> Bytes(int field, string what) =>
        Vector(field, 1, what, charged: false) is { } v ? _source!.Slice(v.Start, v.Count) : default;

    /// <summary>
    /// A string for people: malformed UTF-8 and control characters are replaced, and no more than 256 bytes are taken; empty if absent.
    /// </summary>
    public string Text(int field, string what)
    {
        var bytes = Bytes(field, what).Span;
        if (bytes.IsEmpty || !_source!.Charge(Math.Min(bytes.Length, 256), _position))
            return "";
        var text = new StringBuilder();
        foreach (var c in Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 256)]))
            text.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        return text.ToString();
    }

    private int? Target(int field, string what) => Field(field, 4) is { } at ? _source!.FollowOffset(at, what) : null;

    private (int Start, int Count)? Vector(int field, int elementBytes, string what, bool charged = true) =>
        Target(field, what) is { } position ? _source!.VectorAt(position, elementBytes, what, charged) : null;

    /// <summary>Absolute position of a stored field; null if it is absent or, reported, does not fit its table.</summary>
    private int? Field(int field, int bytes)
    {
        if (_source is null)
            return null;
        var slot = 4 + (2 * field);
        if (slot + 2 > _vtableBytes)
            return null;
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_source.Span[(_vtable + slot)..]);
        if (offset == 0)
            return null;
        if (offset < 4 || offset + bytes > _tableBytes)
        {
            _source.Report(_position, $"field {field} of {bytes} bytes lies at {offset} of a table of {_tableBytes} bytes");
            return null;
        }
        return _position + offset;
    }
}
