using System.Collections.Immutable;

namespace Brim.Core.Diagnostics;

/// <summary>Diagnostics 2xxx: the graph IR.</summary>
public static class IrDiagnostics
{
    /// <summary>An operator's operands have shapes it does not accept.</summary>
    public static readonly DiagnosticDescriptor ShapeMismatch = new("BRIM2001", Severity.Error,
        "operand shapes do not fit the operator",
        "The shapes of an operator's operands, or of its declared result, contradict the operator's definition. The model file is inconsistent, or a transformation broke it.");

    /// <summary>An operator's operands have element types it does not accept.</summary>
    public static readonly DiagnosticDescriptor TypeMismatch = new("BRIM2002", Severity.Error,
        "operand element types do not fit the operator",
        "The element type (width, signedness, float or integer) or the quantization of an operand is not one that the operator is defined for.");

    /// <summary>The graph is malformed.</summary>
    public static readonly DiagnosticDescriptor MalformedGraph = new("BRIM2003", Severity.Error,
        "the graph is malformed",
        "A value is used before it is defined, defined twice, or not defined at all.");

    /// <summary>Quantization parameters an operator cannot compute with.</summary>
    public static readonly DiagnosticDescriptor BadQuantization = new("BRIM2004", Severity.Error,
        "quantization parameters do not fit the operator",
        "A scale, zero point or their number is outside of what the operator is defined for.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [ShapeMismatch, TypeMismatch, MalformedGraph, BadQuantization];
}
