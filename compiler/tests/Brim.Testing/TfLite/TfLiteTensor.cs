using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Testing.TfLite;

/// <summary>A tensor as it stands in a file.</summary>
/// <param name="Name">Name.</param>
/// <param name="TypeCode">Element type (schema.fbs, enum TensorType).</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Buffer">Index of the buffer with its data; 0 for none.</param>
public sealed record TfLiteTensor(string Name, int TypeCode, ImmutableArray<int> Shape, int Buffer = 0)
{
    /// <summary>Scales; empty for none.</summary>
    public ImmutableArray<float> Scales { get; init; } = [];

    /// <summary>Zero points.</summary>
    public ImmutableArray<long> ZeroPoints { get; init; } = [];

    /// <summary>Dimension of the scales.</summary>
    public int QuantizedDimension { get; init; }

    /// <summary>Dimensions with -1 for open ones; default for none.</summary>
    public ImmutableArray<int> Signature { get; init; }

    /// <summary>True for variables.</summary>
    public bool IsVariable { get; init; }

    /// <summary>True to write a (meaningless) description of a sparse format.</summary>
    public bool IsSparse { get; init; }

    /// <summary>True to mark the rank as known, which tells scalars from tensors of unknown shape.</summary>
    public bool HasRank { get; init; }

    /// <summary>A tensor of a type of the graph.</summary>
    public static TfLiteTensor Of(string name, TensorType type) => new(name, CodeOf(type.Element), type.Shape.Dimensions)
    {
        Scales = type.Quant is null ? [] : [.. type.Quant.Scales.Select(s => (float)s)],
        ZeroPoints = type.Quant is null ? [] : [.. type.Quant.ZeroPoints.Select(z => (long)z)],
        QuantizedDimension = type.Quant?.Axis ?? 0,
    };

    /// <summary>Writes the table.</summary>
    public int Write(FlatBufferBuilder b)
    {
        List<FlatField> fields =
        [
            FlatField.Offset(0, b.Int32s(Shape)),
            FlatField.UInt8(1, TypeCode),
            FlatField.Int32(2, Buffer),
            FlatField.Offset(3, b.String(Name)),
            FlatField.Bool(5, IsVariable),
            FlatField.Bool(8, HasRank),
        ];
        if (!Scales.IsEmpty || !ZeroPoints.IsEmpty)
        {
            fields.Add(FlatField.Offset(4, b.Table(
                FlatField.Offset(2, b.Singles(Scales)),
                FlatField.Offset(3, b.Int64s(ZeroPoints)),
                FlatField.Int32(6, QuantizedDimension))));
        }
        if (IsSparse)
            fields.Add(FlatField.Offset(6, b.Table()));
        if (!Signature.IsDefault)
            fields.Add(FlatField.Offset(7, b.Int32s(Signature)));
        return b.Table(fields);
    }

    private static int CodeOf(ElementType element) => element switch
    {
        { IsFloat: true } => 0,
        { Kind: ElementKind.Boolean } => 6,
        { Bits: 4, IsSigned: true } => 17,
        { Bits: 8, IsSigned: true } => 9,
        { Bits: 8, IsSigned: false } => 3,
        { Bits: 16, IsSigned: true } => 7,
        { Bits: 32, IsSigned: true } => 2,
        { Bits: 64, IsSigned: true } => 4,
        _ => throw new NotSupportedException($"the format has no type for {element}"),
    };
}
