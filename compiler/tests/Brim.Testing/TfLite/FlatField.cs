using System.Buffers.Binary;

namespace Brim.Testing.TfLite;

/// <summary>A field of a table to be written.</summary>
/// <param name="Index">Index of the field in the schema.</param>
/// <param name="Bytes">Its bytes; four of no meaning for an offset.</param>
/// <param name="IsOffset">True if the field refers to something else in the file.</param>
/// <param name="Target">Position of what it refers to.</param>
public sealed record FlatField(int Index, ReadOnlyMemory<byte> Bytes, bool IsOffset = false, int Target = 0)
{
    /// <summary>A byte, an enumeration or a union tag.</summary>
    public static FlatField UInt8(int index, int value) => new(index, new[] { (byte)value });

    /// <summary>A truth value.</summary>
    public static FlatField Bool(int index, bool value) => UInt8(index, value ? 1 : 0);

    /// <summary>A 32-bit integer.</summary>
    public static FlatField Int32(int index, int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return new FlatField(index, bytes);
    }

    /// <summary>An unsigned 64-bit integer.</summary>
    public static FlatField UInt64(int index, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return new FlatField(index, bytes);
    }

    /// <summary>A float.</summary>
    public static FlatField Single(int index, float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return new FlatField(index, bytes);
    }

    /// <summary>A reference to a string, vector or table.</summary>
    public static FlatField Offset(int index, int target) => new(index, new byte[4], true, target);
}
