using System.Diagnostics;

namespace Brim.Testing;

/// <summary>Compiles C with the host's or a cross compiler and runs programs. Tests are skipped, with the reason, where a compiler is missing.</summary>
public static class HostC
{
    /// <summary>Warnings that all C of this project must be free of, as errors.</summary>
    public static IReadOnlyList<string> Warnings { get; } = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"];

    /// <summary>Options under which undefined behaviour, stray accesses and unintended overflow end the program.</summary>
    public static IReadOnlyList<string> Checked { get; } =
        ["-O0", "-DBRIM_CHECKED", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    /// <summary>Include path of the runtime's headers.</summary>
    public static string RuntimeInclude => "-I" + Path.Combine(TestData.RepositoryRoot, "runtime-c", "include");

    /// <summary>Compiles a source text to a program, runs it and returns its standard output.</summary>
    /// <param name="source">C source with <c>main</c>.</param>
    /// <param name="options">Options beyond <see cref="Warnings"/> and the include paths.</param>
    /// <returns>The exit code and both output streams.</returns>
    public static (int ExitCode, string Output) CompileAndRun(string source, IEnumerable<string> options)
    {
        var folder = Directory.CreateTempSubdirectory("brim-hostc-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.c");
            var program = Path.Combine(folder.FullName, "main");
            File.WriteAllText(file, source);
            var (exit, output) = Run("gcc", [.. Warnings, .. options, RuntimeInclude, "-I" + TestData.RepositoryRoot, file, "-o", program]);
            Assert.True(exit == 0, output);
            return Run(program, []);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a program; skips the test if it is not installed.</summary>
    public static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SkipException($"{program} is not installed");
        }
    }
}
