using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Diagnostics 62xx: building and running test images.</summary>
public static class EmulationDiagnostics
{
    /// <summary>A program is not installed.</summary>
    public static readonly DiagnosticDescriptor MissingTool = new("BRIM6201", Severity.Error,
        "a required program is not installed",
        "Compiling for a target and running it in the emulator use programs that are not part of Brim. The help line has the command that installs the missing one.");

    /// <summary>The compiler or linker failed.</summary>
    public static readonly DiagnosticDescriptor BuildFailed = new("BRIM6202", Severity.Error,
        "the test image does not build",
        "The C compiler or linker refused the generated library, the board's code or their combination. The notes are its output.");

    /// <summary>The image ended with an error.</summary>
    public static readonly DiagnosticDescriptor RunFailed = new("BRIM6203", Severity.Error,
        "the test image failed",
        "The program took a processor fault, wrote outside of its buffers, used up its stack, or the emulator refused it. The notes are the console output.");

    /// <summary>The image did not end in time.</summary>
    public static readonly DiagnosticDescriptor TimedOut = new("BRIM6204", Severity.Error,
        "the test image did not end in time",
        "The program was stopped after its time limit. Either it does not terminate or it computes more inferences than the limit allows for.");

    /// <summary>A layer's function is not in the image.</summary>
    public static readonly DiagnosticDescriptor LayerNotFound = new("BRIM6205", Severity.Warning,
        "a layer has no function of its own in the image",
        "Counts are attributed to layers by the functions brim_MODEL_lNN_OPERATOR. The compiler inlined one or merged it with an identical one, so its work is counted with the caller or the twin.");

    /// <summary>An instruction was executed that the target's cost table does not list.</summary>
    public static readonly DiagnosticDescriptor UncostedInstruction = new("BRIM6206", Severity.Warning,
        "an executed instruction has no cost",
        "The target file's costs section lacks the instruction's class, so the modelled cycles do not include it.");

    /// <summary>The input bytes are not a whole number of inferences.</summary>
    public static readonly DiagnosticDescriptor BadInputs = new("BRIM6207", Severity.Error,
        "the input bytes do not fit the model",
        "The inputs of all inferences follow each other without padding; their total must be a positive multiple of one inference's input bytes.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        [MissingTool, BuildFailed, RunFailed, TimedOut, LayerNotFound, UncostedInstruction, BadInputs];
}
