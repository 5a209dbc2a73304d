using System.Buffers.Binary;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx;

/// <summary>Reads stored tensors: from raw little-endian bytes or from the typed fields.</summary>
internal sealed class TensorReader(ConstantBudget budget, DiagnosticBag diagnostics)
{
    private const int External = 1;

    /// <summary>The tensor; null, reported, if it cannot be read.</summary>
    public Tensor? Read(TensorProto proto, SourceLocation location)
    {
        if (proto.DataLocation == External)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedOnnxFeature, location, "the data is stored in another file");
            return null;
        }
        var type = (OnnxTensorType)proto.DataType;
        if (ElementOf(type) is not { } element)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedOnnxType, location, $"the element type {type} is not supported here");
            return null;
        }
        if (budget.ShapeOf(proto.Dims, element, location) is not { } shape || !budget.Charge(new TensorType(element, shape), location))
            return null;
        var tensor = proto.HasRawData ? FromRaw(proto, type, new(element, shape)) : FromFields(proto, type, new(element, shape));
        if (tensor is null)
        {
            diagnostics.Report(ImportDiagnostics.BadConstant, location, $"the data does not have the {shape.ElementCount} elements of [{shape}]");
        }
        return tensor;
    }

    /// <summary>The element type of the graph for a stored type; null if there is none.</summary>
    public static ElementType? ElementOf(OnnxTensorType type) => type switch
    {
        OnnxTensorType.Float or OnnxTensorType.Double or OnnxTensorType.Float16 => ElementType.Float32,
        OnnxTensorType.Int64 => ElementType.Int64,
        OnnxTensorType.Int32 => ElementType.Int32,
        OnnxTensorType.Int16 => ElementType.Int16,
        OnnxTensorType.UInt16 => ElementType.Unsigned(16),
        OnnxTensorType.Int8 => ElementType.Int8,
        OnnxTensorType.UInt8 => ElementType.UInt8,
        OnnxTensorType.Int4 => ElementType.Signed(4),
        OnnxTensorType.UInt4 => ElementType.Unsigned(4),
        OnnxTensorType.Int2 => ElementType.Signed(2),
        OnnxTensorType.UInt2 => ElementType.Unsigned(2),
        OnnxTensorType.Bool => ElementType.Boolean,
        _ => null,
    };

    private static Tensor? FromRaw(TensorProto proto, OnnxTensorType type, TensorType result)
    {
        var raw = proto.RawData.Span;
        if (IsPacked(type))
            return FromPacked(raw, result);
        if (type is not (OnnxTensorType.Double or OnnxTensorType.Float16))
            return raw.Length == result.Bytes ? Tensor.FromBytes(result, raw) : null;
        var (values, size) = (new float[result.Shape.ElementCount], type == OnnxTensorType.Double ? sizeof(double) : 2);
        if (raw.Length != size * values.LongLength)
            return null;
        for (var i = 0; i < values.Length; i++)
        {
            var at = raw[(size * i)..];
            values[i] = type == OnnxTensorType.Double ? (float)BinaryPrimitives.ReadDoubleLittleEndian(at) : (float)BinaryPrimitives.ReadHalfLittleEndian(at);
        }
        return Tensor.FromFloats(result, values);
    }

    private static Tensor? FromFields(TensorProto proto, OnnxTensorType type, TensorType result)
    {
        var count = result.Shape.ElementCount;
        return type switch
        {
            OnnxTensorType.Float16 => proto.Int32Data.Count == count && proto.Int32Data.All(v => v is >= 0 and <= ushort.MaxValue)
                ? Tensor.FromFloats(result, [.. proto.Int32Data.Select(v => (float)BitConverter.UInt16BitsToHalf((ushort)v))])
                : null,
            // One packed byte an entry.
            _ when IsPacked(type) => proto.Int32Data.All(v => v is >= 0 and <= byte.MaxValue) ? FromPacked([.. proto.Int32Data.Select(v => (byte)v)], result) : null,
            OnnxTensorType.Float => proto.FloatData.Count == count ? Tensor.FromFloats(result, [.. proto.FloatData]) : null,
            OnnxTensorType.Double => proto.DoubleData.Count == count ? Tensor.FromFloats(result, [.. proto.DoubleData.Select(v => (float)v)]) : null,
            OnnxTensorType.Int64 => proto.Int64Data.Count == count ? Tensor.FromWideCodes(result, [.. proto.Int64Data]) : null,
            _ => proto.Int32Data.Count == count && proto.Int32Data.All(v => v >= result.Element.MinCode && v <= result.Element.MaxCode)
                ? Tensor.FromCodes(result, [.. proto.Int32Data])
                : null,
        };
    }

    private static bool IsPacked(OnnxTensorType type) => type is OnnxTensorType.Int4 or OnnxTensorType.UInt4 or OnnxTensorType.Int2 or OnnxTensorType.UInt2;

    // Several codes a byte, the first in the lowest bits.
    private static Tensor? FromPacked(ReadOnlySpan<byte> bytes, TensorType result)
    {
        var (bits, codes) = (result.Element.Bits, new int[result.Shape.ElementCount]);
        var perByte = 8 / bits;
        if (bytes.Length != (codes.Length + perByte - 1) / perByte)
            return null;
        for (var i = 0; i < codes.Length; i++)
        {
            var code = bytes[i / perByte] >> (i % perByte * bits) & ((1 << bits) - 1);
            codes[i] = code > result.Element.MaxCode ? code - (1 << bits) : code;
        }
        return Tensor.FromCodes(result, codes);
    }
}
