using Brim.Core.Diagnostics;

namespace Brim.Check;

/// <summary>Ends the reading of one file or layer; the checker turns it into a diagnostic. Never leaves the project.</summary>
internal sealed class CheckFailure(DiagnosticDescriptor descriptor, string message) : Exception(message)
{
    /// <summary>What kind of finding it is.</summary>
    public DiagnosticDescriptor Descriptor { get; } = descriptor;

    /// <summary>Packed words or parameters that the kernel would misread.</summary>
    public static CheckFailure Words(string message) => new(CheckDiagnostics.MalformedWords, message);

    /// <summary>C that the compiler does not print.</summary>
    public static CheckFailure Code(string message) => new(CheckDiagnostics.MalformedSource, message);

    /// <summary>JSON that is no certificate.</summary>
    public static CheckFailure Certificate(string message) => new(CheckDiagnostics.MalformedCertificate, message);
}
