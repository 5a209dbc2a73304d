using System.Buffers.Binary;
using System.Text;

namespace Brim.Testing.TfLite;

/// <summary>
/// Writes FlatBuffers files, back to front: what is referred to is written before what refers to it. A position is a distance from
/// the end of the file.
/// </summary>
public sealed class FlatBufferBuilder
{
    private byte[] _bytes = new byte[1024];
    private int _used;

    /// <summary>Writes a string; returns its position.</summary>
    public int String(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        // The terminating zero is not counted in the length.
        Align(4, utf8.Length + 1);
        Push([0]);
        Push(utf8);
        return PushUInt32((uint)utf8.Length);
    }

    /// <summary>Writes a vector of elements of the given size; returns its position.</summary>
    public int Vector(ReadOnlySpan<byte> elements, int elementBytes, int alignment)
    {
        Align(4, elements.Length);
        Align(alignment, elements.Length);
        Push(elements);
        return PushUInt32((uint)(elements.Length / elementBytes));
    }

    /// <summary>Writes a vector of 32-bit integers.</summary>
    public int Int32s(IReadOnlyList<int> values)
    {
        var bytes = new byte[4 * values.Count];
        for (var i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Vector(bytes, 4, 4);
    }

    /// <summary>Writes a vector of 64-bit integers.</summary>
    public int Int64s(IReadOnlyList<long> values)
    {
        var bytes = new byte[8 * values.Count];
        for (var i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), values[i]);
        return Vector(bytes, 8, 8);
    }

    /// <summary>Writes a vector of floats.</summary>
    public int Singles(IReadOnlyList<float> values)
    {
        var bytes = new byte[4 * values.Count];
        for (var i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Vector(bytes, 4, 4);
    }

    /// <summary>Writes a vector of offsets to tables that have been written.</summary>
    public int Tables(IReadOnlyList<int> positions)
    {
        Align(4, 4 * positions.Count);
        for (var i = positions.Count - 1; i >= 0; i--)
            PushOffset(positions[i]);
        return PushUInt32((uint)positions.Count);
    }

    /// <summary>Writes a table and its vtable; returns the table's position.</summary>
    public int Table(params IReadOnlyList<FlatField> fields)
    {
        var end = _used;
        var places = new Dictionary<int, int>();
        // Wide fields first, so that padding falls to the end.
        foreach (var field in fields.OrderByDescending(f => f.Bytes.Length).ThenBy(f => f.Index))
        {
            Align(field.Bytes.Length, 0);
            places[field.Index] = field.IsOffset ? PushOffset(field.Target) : Push(field.Bytes.Span);
        }
        Align(4, 0);
        var table = Push(new byte[4]);
        var slots = fields.Count == 0 ? 0 : fields.Max(f => f.Index) + 1;
        var vtable = new byte[4 + (2 * slots)];
        BinaryPrimitives.WriteUInt16LittleEndian(vtable, (ushort)vtable.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(vtable.AsSpan(2), (ushort)(table - end));
        foreach (var (index, place) in places)
            BinaryPrimitives.WriteUInt16LittleEndian(vtable.AsSpan(4 + (2 * index)), (ushort)(table - place));
        Align(2, vtable.Length);
        var position = Push(vtable);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_bytes.Length - table), position - table);
        return table;
    }

    /// <summary>Ends the file with the offset of the root table and the file identifier.</summary>
    public byte[] Finish(int root, string identifier)
    {
        Align(16, 8);
        Push(Encoding.ASCII.GetBytes(identifier));
        PushOffset(root);
        return _bytes[(_bytes.Length - _used)..];
    }

    /// <summary>Adds padding such that after a number of further bytes the position is a multiple of the alignment.</summary>
    private void Align(int alignment, int following)
    {
        while ((_used + following) % alignment != 0)
            Push([0]);
    }

    private int PushUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Push(bytes);
    }

    private int PushOffset(int target) => PushUInt32((uint)(_used + 4 - target));

    private int Push(ReadOnlySpan<byte> bytes)
    {
        while (_used + bytes.Length > _bytes.Length)
        {
            var larger = new byte[2 * _bytes.Length];
            _bytes.CopyTo(larger, _bytes.Length);
            _bytes = larger;
        }
        _used += bytes.Length;
        bytes.CopyTo(_bytes.AsSpan(_bytes.Length - _used));
        return _used;
    }
}
