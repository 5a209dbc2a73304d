using System.Collections.Immutable;
using Brim.Compile;
using Brim.Compile.Emit;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Emulation;
using Brim.Testing;

namespace Brim.QemuTests.Fuzz;

/// <summary>A case compiled to a firmware library.</summary>
/// <param name="Case">The case.</param>
/// <param name="Program">The planned program.</param>
/// <param name="Library">The generated files.</param>
internal sealed record CaseLibrary(FuzzCase Case, KernelProgram Program, FirmwareLibrary Library)
{
    /// <summary>Inputs as the batch places them.</summary>
    public ImmutableArray<TensorBuffer> Inputs => [.. Program.Graph.Inputs.Select(Buffer)];

    /// <summary>Outputs as the batch places them.</summary>
    public ImmutableArray<TensorBuffer> Outputs => [.. Program.Graph.Outputs.Select(Buffer)];

    /// <summary>Compiles a case.</summary>
    /// <exception cref="InvalidOperationException">The compiler reports errors.</exception>
    public static CaseLibrary Create(FuzzCase fuzzCase, Backend backend)
    {
        var diagnostics = new DiagnosticBag();
        var compiled = ModelCompiler.Compile(fuzzCase.Graph, backend, diagnostics)
            ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        var info = new LibraryInfo("0", new string('0', 64), backend.Target.Name);
        var library = CEmitter.Emit(compiled.Plan, new KernelSources(TestData.RepositoryRoot), new SelfTestVectors([], []), info);
        return new CaseLibrary(fuzzCase, compiled.Program, library);
    }

    private TensorBuffer Buffer(int id) => new(
        checked((int)Program.Graph.TypeOf(id).Bytes),
        Case.InterfaceInArena && Program.Offsets.TryGetValue(id, out var offset) ? offset : null);
}
