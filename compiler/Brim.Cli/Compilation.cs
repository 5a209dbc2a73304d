using System.Security.Cryptography;
using System.Text;
using Brim.Compile;
using Brim.Compile.Emit;

namespace Brim.Cli;

/// <summary>A model compiled for a target: the common part of <c>compile</c> and <c>verify</c>.</summary>
/// <param name="Backend">Target and kernels.</param>
/// <param name="Compiled">The planned program.</param>
/// <param name="Library">The generated library.</param>
internal sealed record Compilation(Backend Backend, CompiledModel Compiled, FirmwareLibrary Library)
{
    private const int SelfTestInferences = 2;
    private const uint SelfTestSeed = 1;

    /// <summary>Imports, compiles and emits; null with diagnostics on errors.</summary>
    public static Compilation? Run(CompileRequest request, CommandContext context)
    {
        if (TargetCatalog.Find(request.Target, context.Root, request.PortableOnly, context.Diagnostics) is not { } backend
            || ModelFile.Load(request.ModelPath, context.Diagnostics) is not { } model
            || ModelCompiler.Compile(model.Graph, backend, context.Diagnostics, request.Accumulators, request.Goal) is not { } compiled)
        {
            return null;
        }
        var vectors = SelfTestVectors.Make(model.Graph, SelfTestInferences, SelfTestSeed);
        var info = new LibraryInfo(ProgramVersion.Current, Fingerprint(model.Bytes, request), request.Target);
        return new Compilation(backend, compiled, CEmitter.Emit(compiled.Plan, new KernelSources(context.Root), vectors, info));
    }

    private static string Fingerprint(byte[] model, CompileRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"brim {ProgramVersion.Current}\ntarget {request.Target}\nportable {request.PortableOnly}\naccumulators {request.Accumulators.Bits} {request.Accumulators.SingleStage}\noptimize {request.Goal}\n"));
        hash.AppendData(model);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
