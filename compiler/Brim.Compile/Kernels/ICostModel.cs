using Brim.Compile.Program;
using Brim.Compile.Targets;

namespace Brim.Compile.Kernels;

/// <summary>Predicts what a kernel call costs, so that the cheapest exact candidate can be chosen.</summary>
public interface ICostModel
{
    /// <summary>Modelled cycles of a call on a machine; null if nothing is known of the kernel there.</summary>
    long? Cycles(KernelCall call, TargetMachine machine);
}
