using System.Collections.Immutable;
using Brim.Compile.Planning;
using Brim.Compile.Program;

namespace Brim.Compile.Emit;

/// <summary>Turns a kernel program into a C99 firmware library. Deterministic: the same program gives the same bytes.</summary>
public static class CEmitter
{
    /// <summary>Prints the library.</summary>
    /// <param name="plan">What to compute, and where.</param>
    /// <param name="kernels">Where kernel sources are read from.</param>
    /// <param name="selfTest">Vectors for the self test.</param>
    /// <param name="info">Version, fingerprint and target for header and manifest.</param>
    public static FirmwareLibrary Emit(ExecutionPlan plan, KernelSources kernels, SelfTestVectors selfTest, LibraryInfo info)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(info);
        var program = plan.Program;
        var names = new LibraryNames(program.Graph.Name);
        var constants = Constants(program);
        string[] sources = [$"src/{names.Prefix}.c", names.DataFile];
        var test = new SelfTestEmitter(names, program, selfTest);
        var files = new List<FirmwareFile>
        {
            new($"include/{names.HeaderFile}", new HeaderEmitter(names, program, info.Fingerprint, info.Version).Emit()),
            new(sources[0], new ModelSourceEmitter(names, program).Emit()),
            new(sources[1], DataEmitter.Definitions(names, constants)),
            new($"src/{names.Prefix}_data.h", DataEmitter.Declarations(names, constants)),
            new($"selftest/{names.Prefix}_selftest.h", test.Header()),
            new($"selftest/{names.Prefix}_selftest.c", test.Source()),
            new("CMakeLists.txt", CMakeEmitter.Emit(names, sources)),
            new(OutputDirectory.Marker, new ManifestEmitter(names, plan, info).Emit(sources)),
        };
        files.AddRange(kernels.Closure(program.Steps.Select(s => s.Call.Kernel.SourceFile)));
        files.Add(new FirmwareFile(CertificateEmitter.FileName, new CertificateEmitter(names, program, info).Emit(files)));
        return new FirmwareLibrary(names, [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)], [.. sources]);
    }

    /// <summary>Every constant array of a program once, in the order of first use.</summary>
    public static ImmutableArray<ConstantData> Constants(KernelProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return [.. program.Steps.SelectMany(s => Constants(s.Call)).DistinctBy(c => c.Name, StringComparer.Ordinal)];
    }

    /// <summary>Every constant array of a call once: those of its parameters and arguments, in their order.</summary>
    internal static ImmutableArray<ConstantData> Constants(KernelCall call)
    {
        var found = new List<ConstantData>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in call.Arguments)
        {
            switch (argument)
            {
                case KernelArgument.Constant { Data: { } data }:
                    Add(data);
                    break;
                case KernelArgument.Parameters p:
                    AddFields(p.Value);
                    break;
            }
        }
        return [.. found];

        void Add(ConstantData data)
        {
            if (seen.Add(data.Name))
                found.Add(data);
        }

        void AddFields(CStruct value)
        {
            foreach (var field in value.Fields)
            {
                if (field.Array is { } array)
                    Add(array);
                else if (field.Structure is { } nested)
                    AddFields(nested);
            }
        }
    }
}
