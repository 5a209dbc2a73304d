namespace Brim.Import.Onnx;

/// <summary>Element type codes of the format.</summary>
internal enum OnnxTensorType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    UInt4 = 21,
    Int4 = 22,
    UInt2 = 25,
    Int2 = 26,
}
