using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile;

/// <summary>What the compiler made of a model.</summary>
/// <param name="Imported">The graph as imported: the meaning that everything else must reproduce.</param>
/// <param name="Choices">Kernel choices, in the order of the lowered graph's nodes.</param>
/// <param name="Plan">The planned program over the lowered graph.</param>
public sealed record CompiledModel(Graph Imported, ImmutableArray<KernelChoice> Choices, ExecutionPlan Plan)
{
    /// <summary>The program.</summary>
    public KernelProgram Program => Plan.Program;
}
