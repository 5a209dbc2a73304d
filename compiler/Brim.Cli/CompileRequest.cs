using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;

namespace Brim.Cli;

/// <summary>What to compile, and how.</summary>
/// <param name="ModelPath">Model file.</param>
/// <param name="Target">Target name.</param>
/// <param name="PortableOnly">True to leave out the target's own kernels.</param>
/// <param name="Accumulators">Limits of accumulators.</param>
/// <param name="Goal">What kernels are chosen for.</param>
internal sealed record CompileRequest(string ModelPath, string Target, bool PortableOnly, AccumulatorOptions Accumulators, SelectionGoal Goal);
