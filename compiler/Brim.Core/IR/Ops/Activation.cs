namespace Brim.Core.IR.Ops;

/// <summary>Clamp fused into an operator, in real numbers; on integer codes it becomes a range (TFLite's fused activations).</summary>
public enum Activation
{
    /// <summary>Only the limits of the result type.</summary>
    None,

    /// <summary>[0, inf).</summary>
    Relu,

    /// <summary>[0, 6].</summary>
    Relu6,

    /// <summary>[-1, 1].</summary>
    ReluN1To1,
}
