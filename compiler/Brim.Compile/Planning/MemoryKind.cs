namespace Brim.Compile.Planning;

/// <summary>What a block of the arena is for.</summary>
public enum MemoryKind
{
    /// <summary>A graph input: filled before the first step.</summary>
    Input,

    /// <summary>A graph output: read after the last step.</summary>
    Output,

    /// <summary>A value between two steps.</summary>
    Activation,

    /// <summary>A kernel's working memory during one step.</summary>
    Scratch,
}
