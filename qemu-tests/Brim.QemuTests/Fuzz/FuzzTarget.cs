using Brim.Compile;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Targets;
using Brim.Emulation;
using Brim.Targets.Arm;

namespace Brim.QemuTests.Fuzz;

/// <summary>Where generated C is built and run: an emulated core, or this machine under the sanitizers.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Backend">Target and kernels.</param>
/// <param name="Board">Board that emulates the target; null for this machine.</param>
/// <param name="AsFirmware">
/// True to compile each model by itself with the target's flags, so that kernels are specialised as in firmware. False to compile all models of a batch
/// together with little optimization, so that they share the kernels: several times faster.
/// </param>
internal sealed record FuzzTarget(string Name, Backend Backend, BoardDescription? Board, bool AsFirmware)
{
    /// <summary>The portable kernels on this machine.</summary>
    public static FuzzTarget Host() =>
        new("host, portable kernels", new Backend(new TargetMachine("host", []), PortableKernels.Rules), null, false);

    /// <summary>A core's kernels, in their portable spelling, on this machine.</summary>
    public static FuzzTarget HostWithKernelsOf(string target) => new($"host, kernels of {target}", Emulated(target, false).Backend, null, false);

    /// <summary>An emulated core.</summary>
    public static FuzzTarget Emulated(string target, bool asFirmware)
    {
        var machine = Bench.Target(target);
        if (!asFirmware)
            machine = machine with { Compiler = machine.Compiler! with { LibraryFlags = ["-O1"] } };
        return new FuzzTarget(target, new Backend(machine, [.. ArmKernels.Rules(machine), .. PortableKernels.Rules]), Bench.Board(machine), asFirmware);
    }
}
