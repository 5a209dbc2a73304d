using System.Collections.Immutable;

namespace Brim.Compile.Program;

/// <summary>One argument of a kernel call. The set of forms is closed: the C and LLVM emitters print each.</summary>
public abstract record KernelArgument
{
    private KernelArgument()
    {
    }

    /// <summary>Pointer to an activation tensor: graph input, graph output or arena. The kernel's own pointer type is <paramref name="Element"/>.</summary>
    public sealed record Activation(int ValueId, CElement Element) : KernelArgument;

    /// <summary>Pointer (<c>void *</c>) to this call's scratch bytes in the arena; <c>NULL</c> if the call needs none.</summary>
    public sealed record Scratch : KernelArgument;

    /// <summary>Pointer to a constant array; <c>NULL</c> if null.</summary>
    public sealed record Constant(ConstantData? Data) : KernelArgument;

    /// <summary>Integer passed by value.</summary>
    public sealed record Integer(long Value) : KernelArgument;

    /// <summary>Pointer to a <c>static const</c> parameter structure.</summary>
    public sealed record Parameters(CStruct Value) : KernelArgument;
}
