namespace Brim.Core.IR.Ops;

/// <summary>How a wide accumulator becomes a narrow code. An attribute of the operator, never a build flag.</summary>
public enum Requantization
{
    /// <summary>TFLite's default: saturating rounding doubling high multiply, then a rounding shift with ties away from zero. Two roundings.</summary>
    TfLiteDouble,

    /// <summary>One rounding of the 64-bit product, ties up (TFLite's single-rounding build).</summary>
    Single,

    /// <summary>The scale ratio is a power of two: one rounding shift, ties up (de Bruin et al. 2020).</summary>
    PowerOfTwo,

    /// <summary>ONNX QLinear operators: float32 scale, round half to even.</summary>
    OnnxFloat,
}
