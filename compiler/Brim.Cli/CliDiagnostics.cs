using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Cli;

/// <summary>Diagnostics 60xx: files and options given on the command line.</summary>
public static class CliDiagnostics
{
    /// <summary>A file cannot be read.</summary>
    public static readonly DiagnosticDescriptor UnreadableFile = new("BRIM6001", Severity.Error,
        "a file cannot be read",
        "The file does not exist, is a directory, or the file system refused; the message is the system's.");

    /// <summary>The model format is not known.</summary>
    public static readonly DiagnosticDescriptor UnknownFormat = new("BRIM6002", Severity.Error,
        "the model's format is not recognised",
        "Brim reads TensorFlow Lite files (identifier TFL3 at byte 4) and ONNX or QONNX files (a protocol buffer that begins with its version). The format is told from the content, never from the file name.");

    /// <summary>No such target.</summary>
    public static readonly DiagnosticDescriptor UnknownTarget = new("BRIM6003", Severity.Error,
        "no such target",
        "The name given to --target is none of those that `brim targets` lists.");

    /// <summary>An input file has a wrong size.</summary>
    public static readonly DiagnosticDescriptor BadInputSize = new("BRIM6004", Severity.Error,
        "the input file's size does not fit the model",
        "An input file holds the raw bytes of one or more inferences: for each, all graph inputs in the model's order. Its size must be a positive multiple of their sum.");

    /// <summary>No such diagnostic code.</summary>
    public static readonly DiagnosticDescriptor UnknownCode = new("BRIM6005", Severity.Error,
        "no such diagnostic code",
        "Codes are BRIM and four digits; `brim explain` without a code lists all.");

    /// <summary>A result file cannot be written.</summary>
    public static readonly DiagnosticDescriptor UnwritableFile = new("BRIM6006", Severity.Error,
        "a result file cannot be written",
        "The file system refused; the message is the system's. An earlier file is left as it was.");

    /// <summary>The target cannot be run by this command.</summary>
    public static readonly DiagnosticDescriptor NotEmulated = new("BRIM6007", Severity.Error,
        "the target cannot be emulated",
        "The target file names no QEMU board, so `brim verify` has nothing to run the firmware on.");

    /// <summary>A float model where a quantized one is needed.</summary>
    public static readonly DiagnosticDescriptor NothingQuantized = new("BRIM6008", Severity.Error,
        "the model has no quantized layer",
        "Accumulator widths are those of integer sums. Quantize the model first: `brim quantize`.");

    /// <summary>Cycles of a layer are asked for that no cost table holds.</summary>
    public static readonly DiagnosticDescriptor UnknownCycles = new("BRIM6009", Severity.Error,
        "nothing is known of a layer's cycles",
        "Cycles are predicted from the kernels' measured costs and the target's instruction costs (compiler/docs/cost-model.md). The target has none, or the kernel was never "
        + "measured on its instruction set: `brim search` can budget flash there.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        [UnreadableFile, UnknownFormat, UnknownTarget, BadInputSize, UnknownCode, UnwritableFile, NotEmulated, NothingQuantized, UnknownCycles];
}
