namespace Brim.Import.Onnx;

/// <summary>Where an operator is defined.</summary>
internal enum OperatorSet
{
    /// <summary>ONNX itself.</summary>
    Standard,

    /// <summary>QONNX.</summary>
    Qonnx,

    /// <summary>This compiler: what neither of the others can state.</summary>
    Brim,
}
