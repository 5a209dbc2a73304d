using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>What was chosen for a node, and why the rules before it were not.</summary>
/// <param name="Node">The node.</param>
/// <param name="Rule">Name of the accepted rule.</param>
/// <param name="Call">The call.</param>
/// <param name="Declined">Rules tried before, with their reasons.</param>
public sealed record KernelChoice(Node Node, string Rule, KernelCall Call, ImmutableArray<(string Rule, string Reason)> Declined);
