namespace Brim.Core.IR.Ops;

/// <summary>The arithmetic that a node's operand and result types call for.</summary>
internal enum OperandClass
{
    /// <summary>None; the mismatch has been reported.</summary>
    Invalid,

    /// <summary>All float32.</summary>
    Float,

    /// <summary>All integers with one scale and zero point a tensor.</summary>
    Quantized,

    /// <summary>All integers without quantization, of one element type.</summary>
    Plain,
}
