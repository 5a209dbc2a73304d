using System.Buffers.Binary;

namespace Brim.Core.IR;

/// <summary>
/// A tensor's value: integer codes up to 32 bits as <c>int</c>, 64-bit codes as <c>long</c>, floats as <c>float</c>, row-major.
/// One wide array for all narrow types keeps every operator's reference code a plain loop.
/// </summary>
public sealed class Tensor
{
    private readonly Array _data;

    private Tensor(TensorType type, Array data)
    {
        if (data.LongLength != type.Shape.ElementCount)
            throw new ArgumentException($"{data.LongLength} elements for {type}", nameof(data));
        Type = type;
        _data = data;
    }

    /// <summary>The type.</summary>
    public TensorType Type { get; }

    /// <summary>Codes of an integer or boolean tensor of at most 32 bits.</summary>
    public int[] Codes => _data as int[] ?? throw new InvalidOperationException($"{Type} holds no 32-bit codes");

    /// <summary>Codes of a 64-bit integer tensor.</summary>
    public long[] WideCodes => _data as long[] ?? throw new InvalidOperationException($"{Type} holds no 64-bit codes");

    /// <summary>Elements of a float tensor.</summary>
    public float[] Floats => _data as float[] ?? throw new InvalidOperationException($"{Type} holds no floats");

    /// <summary>An integer tensor of at most 32 bits from its codes. The array is not copied and must not change afterwards if the tensor is a constant.</summary>
    public static Tensor FromCodes(TensorType type, int[] codes) =>
        type.Element is { IsFloat: false, Bits: <= 32 } ? new(type, codes) : throw new ArgumentException($"{type} holds no 32-bit codes", nameof(type));

    /// <summary>A 64-bit integer tensor.</summary>
    public static Tensor FromWideCodes(TensorType type, long[] codes) =>
        type.Element is { IsInteger: true, Bits: 64 } ? new(type, codes) : throw new ArgumentException($"{type} holds no 64-bit codes", nameof(type));

    /// <summary>A float tensor.</summary>
    public static Tensor FromFloats(TensorType type, float[] values) =>
        type.Element.IsFloat ? new(type, values) : throw new ArgumentException($"{type} holds no floats", nameof(type));

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(TensorType type) => new(type, type.Element switch
    {
        { IsFloat: true } => new float[type.Shape.ElementCount],
        { Bits: 64 } => new long[type.Shape.ElementCount],
        _ => new int[type.Shape.ElementCount],
    });

    /// <summary>The same elements under another type of equal element count and array kind (a reshape).</summary>
    public Tensor WithType(TensorType type) => new(type, _data);

    /// <summary>
    /// A tensor of the same array kind whose element i is this tensor's element at indices[i].
    /// </summary>
    internal Tensor Gather(TensorType type, ReadOnlySpan<int> indices)
    {
        var result = Zeros(type);
        switch ((_data, result._data))
        {
            case (int[] from, int[] to):
                for (var i = 0; i < to.Length; i++)
                    to[i] = from[indices[i]];
                break;
            case (long[] from, long[] to):
                for (var i = 0; i < to.Length; i++)
                    to[i] = from[indices[i]];
                break;
            case (float[] from, float[] to):
                for (var i = 0; i < to.Length; i++)
                    to[i] = from[indices[i]];
                break;
            default:
                throw new InvalidOperationException($"{Type} cannot become {type}");
        }
        return result;
    }

    /// <summary>Writes this tensor's element i to element indices[i] of another of the same array kind.</summary>
    internal void ScatterTo(Tensor target, ReadOnlySpan<int> indices)
    {
        switch ((_data, target._data))
        {
            case (int[] from, int[] to):
                for (var i = 0; i < from.Length; i++)
                    to[indices[i]] = from[i];
                break;
            case (long[] from, long[] to):
                for (var i = 0; i < from.Length; i++)
                    to[indices[i]] = from[i];
                break;
            case (float[] from, float[] to):
                for (var i = 0; i < from.Length; i++)
                    to[indices[i]] = from[i];
                break;
            default:
                throw new InvalidOperationException($"{Type} cannot become {target.Type}");
        }
    }

    /// <summary>A tensor whose elements all have one value; integers take it rounded toward zero.</summary>
    internal static Tensor Filled(TensorType type, double value)
    {
        var tensor = Zeros(type);
        switch (tensor._data)
        {
            case int[] codes:
                Array.Fill(codes, (int)value);
                break;
            case long[] wide:
                Array.Fill(wide, (long)value);
                break;
            case float[] floats:
                Array.Fill(floats, (float)value);
                break;
        }
        return tensor;
    }

    /// <summary>Element as a 64-bit integer (integers and booleans).</summary>
    public long CodeAt(long index) => _data is int[] codes ? codes[index] : WideCodes[index];

    /// <summary>
    /// Reads a tensor from little-endian bytes, one storage unit an element (<see cref="ElementType.StorageBytes"/>). Codes narrower
    /// than their storage are sign- or zero-extended in the bytes.
    /// </summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the type.</exception>
    public static Tensor FromBytes(TensorType type, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != type.Bytes)
            throw new ArgumentException($"{bytes.Length} bytes for {type}", nameof(bytes));
        var tensor = Zeros(type);
        var size = type.Element.StorageBytes;
        switch (tensor._data)
        {
            case float[] floats:
                for (var i = 0; i < floats.Length; i++)
                    floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case long[] wide:
                for (var i = 0; i < wide.Length; i++)
                    wide[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]);
                break;
            case int[] codes:
                var signed = type.Element.IsSigned;
                for (var i = 0; i < codes.Length; i++)
                {
                    var at = bytes[(size * i)..];
                    codes[i] = size switch
                    {
                        1 => signed ? (sbyte)at[0] : at[0],
                        2 => signed ? BinaryPrimitives.ReadInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at),
                        _ => BinaryPrimitives.ReadInt32LittleEndian(at),
                    };
                }
                break;
        }
        return tensor;
    }

    /// <summary>Writes the tensor as little-endian bytes; the inverse of <see cref="FromBytes"/>.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Type.Bytes];
        var size = Type.Element.StorageBytes;
        for (var i = 0; i < _data.Length; i++)
        {
            var at = bytes.AsSpan(size * i);
            if (_data is float[] floats)
                BinaryPrimitives.WriteSingleLittleEndian(at, floats[i]);
            else if (size == 8)
                BinaryPrimitives.WriteInt64LittleEndian(at, WideCodes[i]);
            else if (size == 4)
                BinaryPrimitives.WriteInt32LittleEndian(at, Codes[i]);
            else if (size == 2)
                BinaryPrimitives.WriteInt16LittleEndian(at, (short)Codes[i]);
            else
                at[0] = (byte)Codes[i];
        }
        return bytes;
    }
}
