using System.Collections.Immutable;

namespace Brim.Compile.Targets;

/// <summary>How LLVM names the target.</summary>
/// <param name="Triple">Target triple, e.g. <c>thumbv7em-none-eabi</c>.</param>
/// <param name="Cpu">Processor name.</param>
/// <param name="Features">Feature switches, e.g. <c>-fp64</c>.</param>
public sealed record LlvmSettings(string Triple, string Cpu, ImmutableArray<string> Features);
