using System.Globalization;
using Brim.Compile.Program;

namespace Brim.Compile.Emit;

/// <summary>C names of a generated library, all derived from the model's name.</summary>
/// <param name="Model">Model name, a C identifier.</param>
public sealed record LibraryNames(string Model)
{
    /// <summary>Prefix of functions and arrays.</summary>
    public string Prefix => $"brim_{Model}";

    /// <summary>Prefix of macros.</summary>
    public string Macro => Prefix.ToUpperInvariant();

    /// <summary>The public header's file name.</summary>
    public string HeaderFile => $"{Prefix}.h";

    /// <summary>Path in the library of the file with the constant arrays.</summary>
    public string DataFile => $"src/{Prefix}_data.c";

    /// <summary>The function that runs one inference.</summary>
    public string RunFunction => $"{Prefix}_run";

    /// <summary>Name of the step at an index, without prefix: unique, and sorted as executed.</summary>
    public static string StepName(int index, string mnemonic) =>
        string.Create(CultureInfo.InvariantCulture, $"l{index:D2}_{mnemonic}");

    /// <summary>The function that computes one layer.</summary>
    public string LayerFunction(string stepName) => $"{Prefix}_{stepName}";

    /// <summary>The C name of a constant array.</summary>
    public string Array(ConstantData data) => $"{Prefix}_{data.Name}";
}
