namespace Brim.Import;

/// <summary>
/// Bounds on what an importer accepts. They lie far above what a microcontroller can hold, and keep a damaged or hostile file from
/// asking for memory out of proportion to its size.
/// </summary>
public static class ImportLimits
{
    /// <summary>Largest tensor, in bytes at one storage unit an element.</summary>
    public const long TensorBytes = 256L << 20;

    /// <summary>Largest sum of all activations (results and inputs), in bytes.</summary>
    public const long ActivationBytes = 256L << 20;

    /// <summary>Largest sum of all constants, in bytes after unpacking.</summary>
    public const long ConstantBytes = 256L << 20;

    /// <summary>Largest number of dimensions of a tensor.</summary>
    public const int Rank = 8;

    /// <summary>Largest number of operators of a model.</summary>
    public const int Operators = 65536;

    /// <summary>Largest stride or dilation of a window, in elements.</summary>
    public const int WindowStep = 65535;

    /// <summary>Largest extent of a dilated window, in elements.</summary>
    public const int WindowSpan = 1 << 20;

    /// <summary>Largest constant of shape arithmetic that is computed at import, in elements.</summary>
    public const int FoldedElements = 1024;
}
