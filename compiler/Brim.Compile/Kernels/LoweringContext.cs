using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>Names the constants of one step. One context a node.</summary>
/// <param name="StepName">C identifier of the step, e.g. <c>l03_conv2d</c>; constants are prefixed with it.</param>
public sealed record LoweringContext(string StepName)
{
    /// <summary>Makes a constant array named after the step.</summary>
    public ConstantData Array(string suffix, CElement element, ImmutableArray<long> values, string role, int alignment = 4) =>
        new($"{StepName}_{suffix}", element, values, role, alignment);
}
