using Brim.Testing;

namespace Brim.Cli.Tests;

/// <summary>Runs commands in-process against the repository's own sources.</summary>
internal static class CommandLine
{
    public static string ExampleModel { get; } = Path.Combine(TestData.RepositoryRoot, "examples", "shapes", "shapes_int8.tflite");

    public static (int ExitCode, string Out, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLineProgram.Run(args, output, error, TestData.RepositoryRoot);
        return (code, output.ToString(), error.ToString());
    }
}
