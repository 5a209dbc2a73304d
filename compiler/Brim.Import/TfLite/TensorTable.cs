using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite.Wire;

namespace Brim.Import.TfLite;

/// <summary>Reads the tensors and constants of a subgraph, each when it is first asked for.</summary>
internal sealed class TensorTable
{
    private readonly FlatBufferSource _source;
    private readonly FlatTableVector _tensors;
    private readonly FlatTableVector _buffers;
    private readonly string _fileName;
    private readonly DiagnosticBag _diagnostics;
    private readonly ImportedTensor?[] _read;
    private readonly long _constantLimit;
    private long _constantBytes;

    /// <summary>A table over a subgraph's tensors and the model's buffers.</summary>
    public TensorTable(FlatBufferSource source, FlatTableVector tensors, FlatTableVector buffers, string fileName, DiagnosticBag diagnostics)
    {
        _source = source;
        _tensors = tensors;
        _buffers = buffers;
        _fileName = fileName;
        _diagnostics = diagnostics;
        _read = new ImportedTensor?[tensors.Count];
        // Tensors may share a buffer, but not without end: memory stays in proportion to the file.
        _constantLimit = Math.Min(ImportLimits.ConstantBytes, (16L * source.Length) + (1 << 20));
    }

    /// <summary>Number of tensors.</summary>
    public int Count => _read.Length;

    /// <summary>A tensor; its index must be within the table.</summary>
    public ImportedTensor this[int index] => _read[index] ??= Read(index);

    /// <summary>True once the constants exceed their limit (reported): no further one is made.</summary>
    public bool HasExceededConstants => _constantBytes > _constantLimit;

    /// <summary>The value of a tensor that is known at import; null, reported once, if its data do not fit.</summary>
    public Tensor? ConstantOf(ImportedTensor tensor)
    {
        if (tensor.Constant is null && tensor.IsStored && !tensor.IsFailed)
        {
            tensor.Constant = Load(tensor);
            tensor.IsFailed = tensor.Constant is null;
        }
        return tensor.Constant;
    }

    /// <summary>Counts the bytes of a constant that is about to be made; false, reported, past the limit.</summary>
    public bool ChargeConstant(TensorType type, SourceLocation location)
    {
        if (HasExceededConstants)
            return false;
        _constantBytes += type.Bytes;
        if (!HasExceededConstants)
            return true;
        _diagnostics.Report(ImportDiagnostics.LimitExceeded, location,
            $"the constants of the model together exceed {_constantLimit} bytes (the limit for a file of {_source.Length} bytes)");
        return false;
    }

    private ImportedTensor Read(int index)
    {
        var table = _tensors[index];
        var name = table.Text(TfLiteFields.Tensor.Name, "tensor name");
        if (name.Length == 0)
            name = string.Create(CultureInfo.InvariantCulture, $"tensor#{index}");
        var location = new SourceLocation(_fileName, string.Create(CultureInfo.InvariantCulture, $"tensor #{index} '{name}'"));
        var failed = new ImportedTensor { Index = index, Name = name, Location = location, IsFailed = true };
        if (!table.IsPresent)
            return failed;

        var stated = table.Int32s(TfLiteFields.Tensor.Shape, "tensor shape") ?? [];
        var signature = table.Int32s(TfLiteFields.Tensor.ShapeSignature, "tensor shape signature") ?? [];
        if (stated.Length > ImportLimits.Rank)
        {
            _diagnostics.Report(ImportDiagnostics.LimitExceeded, location, $"{stated.Length} dimensions, supported are up to {ImportLimits.Rank}");
            return failed;
        }
        var open = ImmutableArray.CreateRange(stated.Select((d, i) => d < 0 || (signature.Length == stated.Length && signature[i] < 0)));
        var dimensions = ImmutableArray.CreateRange(stated.Select(d => d < 0 ? 1 : d));
        if (DataOf(table, location) is not { } data)
            return failed;

        var tensor = new ImportedTensor
        {
            Index = index,
            Name = name,
            Location = location,
            FileType = (TfLiteTensorType)table.UInt8(TfLiteFields.Tensor.Type),
            OpenDimensions = open,
            HasUnknownRank = stated.Length == 0 && !table.Bool(TfLiteFields.Tensor.HasRank),
            Data = data,
            // A tensor without elements needs no data to be known.
            IsStored = !data.IsEmpty || dimensions.Contains(0),
        };
        tensor.Type = ReadType(table, tensor, dimensions);
        tensor.IsDefined = tensor.IsStored;
        tensor.IsFailed = tensor.Type is null;
        return tensor;
    }

    private ReadOnlyMemory<byte>? DataOf(FlatTable table, SourceLocation location)
    {
        var index = table.UInt32(TfLiteFields.Tensor.Buffer);
        // Buffer 0 is the empty one by convention; a file without any buffers is a graph without constants.
        if (index == 0)
            return ReadOnlyMemory<byte>.Empty;
        if (index >= _buffers.Count)
        {
            _diagnostics.Report(ImportDiagnostics.MalformedFile, location, $"the tensor's data are in buffer {index} of {_buffers.Count}");
            return null;
        }
        var buffer = _buffers[(int)index];
        if (buffer.UInt64(TfLiteFields.Buffer.Offset) > 1 || buffer.UInt64(TfLiteFields.Buffer.Size) > 1)
        {
            _diagnostics.Report(ImportDiagnostics.UnsupportedFeature, location, "the tensor's data are stored outside of the FlatBuffer, as in models of more than 2 GB");
            return null;
        }
        return buffer.Bytes(TfLiteFields.Buffer.Data, "buffer data");
    }

    private TensorType? ReadType(FlatTable table, ImportedTensor tensor, ImmutableArray<int> dimensions)
    {
        if (table.Has(TfLiteFields.Tensor.Sparsity))
        {
            _diagnostics.Report(ImportDiagnostics.UnsupportedFeature, tensor.Location, "the tensor is stored in a sparse format",
                "convert the model without sparsity in the file; zeros in dense weights are found by the compiler");
            return null;
        }
        if (table.Bool(TfLiteFields.Tensor.IsVariable))
        {
            _diagnostics.Report(ImportDiagnostics.UnsupportedFeature, tensor.Location, "the tensor is a variable: a state that outlives an inference",
                "make the state an input and an output of the model");
            return null;
        }
        if (ElementOf(tensor) is not { } element)
        {
            _diagnostics.Report(ImportDiagnostics.UnsupportedType, tensor.Location, tensor.FileType is TfLiteTensorType.Float16 or TfLiteTensorType.Int4
                ? $"{NameOf(tensor.FileType)} is supported for constants only"
                : $"elements of type {NameOf(tensor.FileType)} are not supported");
            return null;
        }
        if (!Fits(dimensions, element))
        {
            _diagnostics.Report(ImportDiagnostics.LimitExceeded, tensor.Location,
                $"{element}[{string.Join('x', dimensions)}] is larger than {ImportLimits.TensorBytes >> 20} MiB");
            return null;
        }
        var shape = new Shape(dimensions);
        return QuantizationReader.TryRead(table, element, shape, tensor.Location, _diagnostics, out var quant) ? new TensorType(element, shape, quant) : null;
    }

    /// <summary>True if a tensor of the given dimensions respects <see cref="ImportLimits.TensorBytes"/>.</summary>
    public static bool Fits(ImmutableArray<int> dimensions, ElementType element)
    {
        var room = ImportLimits.TensorBytes / element.StorageBytes;
        foreach (var d in dimensions)
        {
            if (d > room)
                return false;
            room /= Math.Max(d, 1);
        }
        return true;
    }

    /// <summary>Name of an element type of the format, for messages.</summary>
    public static string NameOf(TfLiteTensorType type) =>
        Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : string.Create(CultureInfo.InvariantCulture, $"number {(int)type}");

    private static ElementType? ElementOf(ImportedTensor tensor) => tensor.FileType switch
    {
        TfLiteTensorType.Float32 => ElementType.Float32,
        TfLiteTensorType.Float16 when tensor.IsStored => ElementType.Float32,
        TfLiteTensorType.Int8 => ElementType.Int8,
        TfLiteTensorType.UInt8 => ElementType.UInt8,
        TfLiteTensorType.Int16 => ElementType.Int16,
        TfLiteTensorType.Int32 => ElementType.Int32,
        TfLiteTensorType.Int64 => ElementType.Int64,
        TfLiteTensorType.Bool => ElementType.Boolean,
        TfLiteTensorType.Int4 when tensor.IsStored => ElementType.Signed(4),
        _ => null,
    };

    private Tensor? Load(ImportedTensor tensor)
    {
        var type = tensor.KnownType;
        var data = tensor.Data.Span;
        var elements = type.Shape.ElementCount;
        var expected = tensor.FileType switch
        {
            TfLiteTensorType.Int4 => (elements + 1) / 2,
            TfLiteTensorType.Float16 => 2 * elements,
            _ => type.Bytes,
        };
        if (data.Length != expected)
        {
            _diagnostics.Report(ImportDiagnostics.BadConstant, tensor.Location, $"{data.Length} bytes of data for {type}, which needs {expected}");
            return null;
        }
        if (!ChargeConstant(type, tensor.Location))
            return null;
        return tensor.FileType switch
        {
            TfLiteTensorType.Int4 => UnpackNibbles(type, data),
            TfLiteTensorType.Float16 => WidenHalves(type, data),
            TfLiteTensorType.Bool => Tensor.FromCodes(type, [.. data.ToArray().Select(b => b == 0 ? 0 : 1)]),
            _ => Tensor.FromBytes(type, data),
        };
    }

    /// <summary>Two's complement nibbles, the first element in the low half of a byte.</summary>
    private static Tensor UnpackNibbles(TensorType type, ReadOnlySpan<byte> data)
    {
        var codes = new int[type.Shape.ElementCount];
        for (var i = 0; i < codes.Length; i++)
        {
            var nibble = data[i / 2] >> (4 * (i % 2)) & 15;
            codes[i] = nibble < 8 ? nibble : nibble - 16;
        }
        return Tensor.FromCodes(type, codes);
    }

    private static Tensor WidenHalves(TensorType type, ReadOnlySpan<byte> data)
    {
        var values = new float[type.Shape.ElementCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(data[(2 * i)..]);
        return Tensor.FromFloats(type, values);
    }
}
