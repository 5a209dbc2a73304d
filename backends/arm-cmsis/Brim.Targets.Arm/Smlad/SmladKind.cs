namespace Brim.Targets.Arm.Smlad;

/// <summary>Which form of the rescaling a layer needs; each is a kernel function of its own, so that a model holds only what it uses.</summary>
internal enum SmladKind
{
    /// <summary>Two roundings, zero point -128: negative results saturate, so their ties need no care.</summary>
    Relu,

    /// <summary>Two roundings.</summary>
    Linear,

    /// <summary>One rounding.</summary>
    Single,
}
