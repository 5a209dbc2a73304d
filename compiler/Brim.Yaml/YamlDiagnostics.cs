using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Yaml;

/// <summary>Diagnostics 61xx: configuration files in YAML (targets, boards, recipes).</summary>
public static class YamlDiagnostics
{
    /// <summary>The text is not YAML.</summary>
    public static readonly DiagnosticDescriptor BadSyntax = new("BRIM6101", Severity.Error,
        "a configuration file is not valid YAML",
        "The file cannot be read as one YAML mapping. The message has the parser's words and the line.");

    /// <summary>A key that the file format does not have.</summary>
    public static readonly DiagnosticDescriptor UnknownKey = new("BRIM6102", Severity.Error,
        "a configuration file has an unknown key",
        "Keys are checked, so that a misspelt setting is an error and not silently ignored. The keys that are allowed at this place are listed.");

    /// <summary>A required key is absent.</summary>
    public static readonly DiagnosticDescriptor MissingKey = new("BRIM6103", Severity.Error,
        "a configuration file lacks a required key",
        "The setting has no default because any would be wrong for some users.");

    /// <summary>A value has the wrong form or is out of range.</summary>
    public static readonly DiagnosticDescriptor BadValue = new("BRIM6104", Severity.Error,
        "a configuration value is not allowed",
        "The value has the wrong form (a list where one value is meant, text where a number is meant) or lies outside of its range.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [BadSyntax, UnknownKey, MissingKey, BadValue];
}
