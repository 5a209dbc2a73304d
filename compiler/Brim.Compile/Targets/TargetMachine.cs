using System.Collections.Immutable;

namespace Brim.Compile.Targets;

/// <summary>A processor to compile for, as described by a target file (see <see cref="TargetFile"/>).</summary>
/// <param name="Name">Name given to <c>--target</c>.</param>
/// <param name="Features">Instruction-set features that kernel rules ask for, e.g. <c>dsp</c>, <c>mve</c>.</param>
public sealed record TargetMachine(string Name, ImmutableSortedSet<string> Features)
{
    /// <summary>One line for listings.</summary>
    public string Description { get; init; } = "";

    /// <summary>Architecture in the vendor's spelling, e.g. <c>armv7e-m</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Names of the packings that the planner may use here.</summary>
    public ImmutableArray<string> Packings { get; init; } = [];

    /// <summary>Memory of a typical part.</summary>
    public MemorySizes Memory { get; init; } = new(0, 0);

    /// <summary>C compiler; null for a target that only runs on the host.</summary>
    public CompilerSettings? Compiler { get; init; }

    /// <summary>LLVM's names; null if there is no LLVM back end for the core.</summary>
    public LlvmSettings? Llvm { get; init; }

    /// <summary>Cycles per instruction class; null if unknown.</summary>
    public InstructionCosts? Costs { get; init; }

    /// <summary>Folder below <c>qemu-tests/boards</c> of the board that emulates the core; null if none does.</summary>
    public string? Board { get; init; }

    /// <summary>True if the core has a feature.</summary>
    public bool Has(string feature) => Features.Contains(feature);
}
