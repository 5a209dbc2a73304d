using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brim.Quantize.Data;

/// <summary>A NumPy .npy file (format 1.0 to 3.0), C order, of little-endian floats or integers; rows of the first dimension are read on demand.</summary>
public sealed class NpyArray : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _dataOffset;
    private readonly string _type;
    private readonly int _elementBytes;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">Not a .npy file, or of a kind that is not supported.</exception>
    public NpyArray(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Span<byte> start = stackalloc byte[12];
            if (RandomAccess.Read(_file, start, 0) < 10 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
                throw new InvalidDataException($"{path}: not a .npy file");
            var (headerStart, headerLength) = start[6] == 1
                ? (10, BinaryPrimitives.ReadUInt16LittleEndian(start[8..]))
                : (12, checked((int)BinaryPrimitives.ReadUInt32LittleEndian(start[8..])));
            var header = new byte[headerLength];
            if (RandomAccess.Read(_file, header, headerStart) != headerLength)
                throw new InvalidDataException($"{path}: the header is cut off");
            var text = Encoding.Latin1.GetString(header);
            _dataOffset = headerStart + headerLength;
            _type = Between(path, text, "'descr':", ',').Trim('\'', ' ');
            if (!Between(path, text, "'fortran_order':", ',').Contains("False", StringComparison.Ordinal))
                throw new InvalidDataException($"{path}: Fortran order is not supported");
            var shape = Between(path, text, "'shape':", ')').Trim(' ', '(');
            Shape = [.. shape.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(d => int.Parse(d, CultureInfo.InvariantCulture))];
            _elementBytes = _type switch
            {
                "|u1" or "|i1" or "|b1" => 1,
                "<i2" or "<u2" => 2,
                "<f4" or "<i4" => 4,
                "<f8" or "<i8" => 8,
                _ => throw new InvalidDataException($"{path}: element type '{_type}' is not supported"),
            };
            if (RandomAccess.GetLength(_file) < _dataOffset + (_elementBytes * Shape.Aggregate(1L, (a, b) => a * b)))
                throw new InvalidDataException($"{path}: the data are cut off");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Dimensions.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Elements of one index of the first dimension.</summary>
    public int RowLength => Shape.Skip(1).Aggregate(1, (a, b) => a * b);

    /// <summary>Reads one index of the first dimension.</summary>
    public void ReadRow(int index, Span<double> row)
    {
        var bytes = new byte[RowLength * _elementBytes];
        RandomAccess.Read(_file, bytes, _dataOffset + ((long)index * bytes.Length));
        for (var i = 0; i < RowLength; i++)
        {
            var at = bytes.AsSpan(i * _elementBytes);
            row[i] = _type switch
            {
                "|u1" or "|b1" => at[0],
                "|i1" => (sbyte)at[0],
                "<i2" => BinaryPrimitives.ReadInt16LittleEndian(at),
                "<u2" => BinaryPrimitives.ReadUInt16LittleEndian(at),
                "<i4" => BinaryPrimitives.ReadInt32LittleEndian(at),
                "<i8" => BinaryPrimitives.ReadInt64LittleEndian(at),
                "<f4" => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Between(string path, string text, string key, char end)
    {
        var start = text.IndexOf(key, StringComparison.Ordinal);
        var stop = start < 0 ? -1 : text.IndexOf(end, start + key.Length);
        return stop < 0 ? throw new InvalidDataException($"{path}: the header lacks {key}") : text[(start + key.Length)..stop];
    }
}
