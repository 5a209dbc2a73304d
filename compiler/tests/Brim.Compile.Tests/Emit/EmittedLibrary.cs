using Brim.Compile.Emit;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Targets.Arm;
using Brim.Testing;

namespace Brim.Compile.Tests.Emit;

/// <summary>A library written to a folder of its own, which goes with it, and compilers to try on it.</summary>
internal sealed class EmittedLibrary : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-emit-");

    public EmittedLibrary(Graph graph, Backend backend, SelfTestVectors? vectors = null)
    {
        Library = Emit(graph, backend, vectors ?? SelfTestVectors.Make(graph, 2, 1));
        var diagnostics = new DiagnosticBag();
        Assert.True(OutputDirectory.Write(Root, Library.Files, diagnostics), string.Join('\n', diagnostics.Items));
    }

    /// <summary>The portable kernels.</summary>
    public static Backend Host { get; } = new(new TargetMachine("host", []), PortableKernels.Rules);

    public FirmwareLibrary Library { get; }

    private string Root => Path.Combine(_folder.FullName, "library");

    /// <summary>An Arm core with its kernels.</summary>
    public static Backend Arm(string target)
    {
        var file = Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets", target + ".yaml");
        var diagnostics = new DiagnosticBag();
        var machine = TargetFile.Parse(file, File.ReadAllText(file), diagnostics);
        Assert.True(machine is not null, string.Join('\n', diagnostics.Items));
        return new Backend(machine, [.. ArmKernels.Rules(machine), .. PortableKernels.Rules]);
    }

    /// <summary>The embedded example network.</summary>
    public static Graph Example()
    {
        var diagnostics = new DiagnosticBag();
        var file = Path.Combine(TestData.RepositoryRoot, "examples", "shapes", "shapes_int8.tflite");
        var graph = TfLiteImporter.Import(File.ReadAllBytes(file), file, diagnostics);
        Assert.True(graph is not null, string.Join('\n', diagnostics.Items));
        return graph;
    }

    /// <summary>Compiles a graph and prints its library.</summary>
    public static FirmwareLibrary Emit(Graph graph, Backend backend, SelfTestVectors vectors)
    {
        var diagnostics = new DiagnosticBag();
        var compiled = ModelCompiler.Compile(graph, backend, diagnostics);
        Assert.True(compiled is not null, string.Join('\n', diagnostics.Items));
        var info = new LibraryInfo("1.2.3", new string('a', 64), backend.Target.Name);
        return CEmitter.Emit(compiled.Plan, new KernelSources(TestData.RepositoryRoot), vectors, info);
    }

    /// <summary>Compiles the library's sources to objects; fails the test with the compiler's words. Returns the objects.</summary>
    public List<string> Compile(string compiler, params string[] flags) =>
        [.. Library.Sources.Select(source => CompileFile(compiler, source, flags))];

    /// <summary>Compiles one file of the library.</summary>
    public string CompileFile(string compiler, string source, params string[] flags)
    {
        var path = Path.Combine(_folder.FullName, Path.GetFileName(source) + ".o");
        Succeed(compiler, [.. flags, .. Includes, "-c", Path.Combine(Root, source), "-o", path]);
        return path;
    }

    /// <summary>Builds and runs the self test on the host; its count of differing bytes, at most 255.</summary>
    public int RunSelfTest()
    {
        var prefix = Library.Names.Prefix;
        var text = $$"""
            #include "{{prefix}}.h"
            #include "{{prefix}}_selftest.h"
            static unsigned char arena[{{Library.Names.Macro}}_ARENA_BYTES + 1] __attribute__((aligned(16)));
            static unsigned char out[65536] __attribute__((aligned(16)));
            int main(void) {
                const unsigned count = {{prefix}}_selftest(arena, out);
                return count > 255u ? 255 : (int)count;
            }
            """;
        var main = Write("main.c", text);
        var program = Path.Combine(_folder.FullName, "selftest");
        string[] sources = [main, .. Library.Sources.Select(s => Path.Combine(Root, s)), Path.Combine(Root, "selftest", prefix + "_selftest.c")];
        Succeed("gcc", [.. HostC.Warnings, "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", .. Includes, .. sources, "-lm", "-o", program]);
        var (exit, output) = HostC.Run(program, []);
        Assert.Equal("", output);
        return exit;
    }

    /// <summary>Writes a file beside the library.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a compiler with the library's include paths on a file outside of it.</summary>
    public void Check(string compiler, string file, params string[] flags) =>
        Succeed(compiler, [.. flags, .. Includes, "-fsyntax-only", file]);

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Includes => [.. new[] { "include", "src", "selftest" }.Select(f => "-I" + Path.Combine(Root, f))];

    private static void Succeed(string program, IEnumerable<string> arguments)
    {
        var (exit, output) = HostC.Run(program, arguments);
        Assert.True(exit == 0, output);
    }
}
