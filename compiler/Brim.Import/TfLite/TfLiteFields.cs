namespace Brim.Import.TfLite;

/// <summary>Field indices of the tables that the importer reads (schema.fbs, version 3c): position of the field in its table.</summary>
internal static class TfLiteFields
{
    /// <summary>Bytes 4 to 7 of every file.</summary>
    public const string FileIdentifier = "TFL3";

    /// <summary>Value of the model's version field.</summary>
    public const uint SchemaVersion = 3;

    /// <summary>table Model.</summary>
    public static class Model
    {
        public const int Version = 0, OperatorCodes = 1, Subgraphs = 2, Buffers = 4;
    }

    /// <summary>table OperatorCode. The builtin code is the greater of the two fields.</summary>
    public static class OperatorCode
    {
        public const int DeprecatedBuiltinCode = 0, CustomCode = 1, Version = 2, BuiltinCode = 3;
    }

    /// <summary>table SubGraph.</summary>
    public static class Subgraph
    {
        public const int Tensors = 0, Inputs = 1, Outputs = 2, Operators = 3;
    }

    /// <summary>table Tensor.</summary>
    public static class Tensor
    {
        public const int Shape = 0, Type = 1, Buffer = 2, Name = 3, Quantization = 4, IsVariable = 5, Sparsity = 6, ShapeSignature = 7, HasRank = 8;
    }

    /// <summary>table QuantizationParameters. Details is a union: its tag stands before its value.</summary>
    public static class Quantization
    {
        public const int Scale = 2, ZeroPoint = 3, DetailsType = 4, QuantizedDimension = 6;
    }

    /// <summary>table Buffer.</summary>
    public static class Buffer
    {
        public const int Data = 0, Offset = 1, Size = 2;
    }

    /// <summary>table Operator. The options are unions: tag, then value.</summary>
    public static class Operator
    {
        public const int OpcodeIndex = 0, Inputs = 1, Outputs = 2, OptionsType = 3, Options = 4, Options2Type = 11;
    }
}
