using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Check;

/// <summary>Diagnostics 4230 to 4244: the certificate of a library, and the library it is about.</summary>
public static class CheckDiagnostics
{
    /// <summary>A file of the library is missing.</summary>
    public static readonly DiagnosticDescriptor UnreadableLibrary = new("BRIM4230", Severity.Error,
        "a file of the library cannot be read",
        "`brim check` takes the directory that `brim compile --output` wrote. It needs manifest.json, certificate.json and the sources they name; the message is the system's.");

    /// <summary>An emitted source does not parse.</summary>
    public static readonly DiagnosticDescriptor MalformedSource = new("BRIM4231", Severity.Error,
        "an emitted source is not as Brim writes it",
        "The checker reads the constant arrays, the parameter structures and the calls out of the library's own C files. It accepts only the forms that the compiler prints; the file was edited, truncated or written by another version.");

    /// <summary>The certificate does not parse.</summary>
    public static readonly DiagnosticDescriptor MalformedCertificate = new("BRIM4232", Severity.Error,
        "the certificate is malformed",
        "certificate.json is no JSON, lacks a member, has one of the wrong kind, or states a schema version that this checker does not know. compiler/docs/certificate.md describes the schema.");

    /// <summary>A file is not the certified one.</summary>
    public static readonly DiagnosticDescriptor FileChanged = new("BRIM4233", Severity.Error,
        "a file is not the one that was certified",
        "The certificate names the SHA-256 of every source, line ends taken as LF. The bounds of a kernel hold for the kernel as it was emitted, so an edited source voids the certificate; compile again.");

    /// <summary>Packed words that the kernel would not read as intended.</summary>
    public static readonly DiagnosticDescriptor MalformedWords = new("BRIM4234", Severity.Error,
        "packed words do not follow the kernel's format",
        "A weight stream, channel table or parameter structure does not have the layout that the kernel's header documents: a length, a chunk boundary, a flag or a filler is wrong, so the kernel would read other words than those that were proven.");

    /// <summary>A lane can overflow.</summary>
    public static readonly DiagnosticDescriptor LaneOverflow = new("BRIM4235", Severity.Error,
        "a lane can overflow",
        "With the weights, the start value and the activation bounds as they are in the library, some input drives the running sum of a lane out of its bit field. The message names the range and the field.");

    /// <summary>The claimed activation bounds do not follow from the library.</summary>
    public static readonly DiagnosticDescriptor UnjustifiedBounds = new("BRIM4236", Severity.Error,
        "the activation bounds are not justified",
        "The certificate bounds a layer's activations more tightly than the clamps, tables and types of the layers that write them, as emitted, guarantee.");

    /// <summary>Certified and recomputed values differ.</summary>
    public static readonly DiagnosticDescriptor ValueDiffers = new("BRIM4237", Severity.Error,
        "the certificate and the library disagree",
        "A value recomputed from the packed words is not the certified one: either the words or the certificate were changed after compilation.");

    /// <summary>Start values are not taken back.</summary>
    public static readonly DiagnosticDescriptor ConstantsDoNotCancel = new("BRIM4238", Severity.Error,
        "the folded constants do not cancel the start values",
        "Lanes start at values other than zero, which the biases and border constants of the layer must take back exactly. Here a constant of the sum is left over or lost.");

    /// <summary>A total leaves 32 bits.</summary>
    public static readonly DiagnosticDescriptor TotalOverflow = new("BRIM4239", Severity.Error,
        "a whole sum can overflow",
        "The sum that lanes are spilled into, or the scaled sum that is requantized, can leave the word that holds it for some input within the bounds.");

    /// <summary>Activations too large for the operand.</summary>
    public static readonly DiagnosticDescriptor OperandOverflow = new("BRIM4240", Severity.Error,
        "activations do not fit the packed operand",
        "The kernel packs several activations into one multiplicand. An activation at its bound would reach into its neighbour or the sign.");

    /// <summary>A kernel without a reader.</summary>
    public static readonly DiagnosticDescriptor UnknownKernel = new("BRIM4241", Severity.Error,
        "the checker does not know a kernel",
        "A layer calls a kernel whose data the checker cannot read, so nothing about the layer, or about activations that come from it, can be proven.");

    /// <summary>Certificate and source list different layers.</summary>
    public static readonly DiagnosticDescriptor LayersDiffer = new("BRIM4242", Severity.Error,
        "the certificate is about other layers",
        "The layers that the certificate lists are not the ones that the library's run function calls, in that order.");

    /// <summary>The rescaling gives other codes.</summary>
    public static readonly DiagnosticDescriptor RescalingDiffers = new("BRIM4243", Severity.Error,
        "the rescaling differs from the certified one",
        "For some sum that the layer can reach, the multiplier, shift, rounding and zero point in the library give another code than the model's factor in the certificate.");

    /// <summary>A layer's memory is not its own.</summary>
    public static readonly DiagnosticDescriptor MemoryOverlap = new("BRIM4244", Severity.Error,
        "a layer's memory is not its own",
        "A tensor or scratch buffer of a layer reaches beyond the arena, or the scratch overlaps the layer's input or result, so activations could be anything.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        UnreadableLibrary, MalformedSource, MalformedCertificate, FileChanged, MalformedWords, LaneOverflow, UnjustifiedBounds,
        ValueDiffers, ConstantsDoNotCancel, TotalOverflow, OperandOverflow, UnknownKernel, LayersDiffer, RescalingDiffers,
        MemoryOverlap,
    ];
}
