using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Checks that several operators' shape inference shares; each reports BRIM2001 and answers false or empty where it fails.</summary>
internal static class ShapeRules
{
    /// <summary>Reports a mismatch; the value is what InferShapes then returns.</summary>
    public static ImmutableArray<Shape> Mismatch(Op op, SourceLocation location, DiagnosticBag diagnostics, string message)
    {
        diagnostics.Report(IrDiagnostics.ShapeMismatch, location, $"{op.Mnemonic}: {message}");
        return [];
    }

    /// <summary>True if the required operands are there and there are not too many.</summary>
    public static bool HasOperands(Op op, ReadOnlySpan<TensorType?> operands, int required, int most, SourceLocation location, DiagnosticBag diagnostics)
    {
        var present = operands.Length >= required && operands.Length <= most;
        for (var i = 0; present && i < required; i++)
            present = operands[i] is not null;
        if (!present)
        {
            var expected = most == int.MaxValue ? $"{required} or more" : most == required ? $"{required}" : $"{required} to {most}";
            Mismatch(op, location, diagnostics, $"{operands.Length} operands (or an absent required one) where {expected} are needed");
        }
        return present;
    }

    /// <summary>True if a bias is absent or a vector with one entry an output channel.</summary>
    public static bool BiasFits(Op op, ReadOnlySpan<TensorType?> operands, int outputChannels, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (operands.Length < 3 || operands[2] is not { } bias || bias.Shape.ElementCount == outputChannels)
            return true;
        Mismatch(op, location, diagnostics, $"bias [{bias.Shape}] for {outputChannels} output channels");
        return false;
    }

    /// <summary>The NHWC result of a sliding window, or nothing if the kernel does not fit or a stride is not positive.</summary>
    public static ImmutableArray<Shape> Windowed(
        Op op, Shape input, Window2D window, int kernelHeight, int kernelWidth, int channels, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (window is not { StrideHeight: > 0, StrideWidth: > 0, DilationHeight: > 0, DilationWidth: > 0, PadTop: >= 0, PadLeft: >= 0, PadBottom: >= 0, PadRight: >= 0 })
            return Mismatch(op, location, diagnostics, $"strides and dilations must be at least 1 and padding at least 0: {window}");
        var height = window.OutputHeight(input[1], kernelHeight);
        var width = window.OutputWidth(input[2], kernelWidth);
        return kernelHeight > 0 && kernelWidth > 0 && height > 0 && width > 0
            ? [new Shape([input[0], height, width, channels])]
            : Mismatch(op, location, diagnostics, $"kernel {kernelHeight}x{kernelWidth} does not fit the padded input [{input}]");
    }
}
