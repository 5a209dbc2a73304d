using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Planning;

/// <summary>When each call runs and where its data lies.</summary>
/// <param name="Program">The calls in order, with the arena's layout.</param>
/// <param name="Memory">The layout for people and reports.</param>
/// <param name="OrderIsOptimal">True if no order of steps has a smaller <see cref="SchedulePeakBytes"/>.</param>
/// <param name="SchedulePeakBytes">Most bytes that live at one step of the order.</param>
/// <param name="Elided">Copies that became unnecessary because operand and result share storage.</param>
public sealed record ExecutionPlan(KernelProgram Program, MemoryMap Memory, bool OrderIsOptimal, long SchedulePeakBytes, ImmutableArray<Node> Elided);
