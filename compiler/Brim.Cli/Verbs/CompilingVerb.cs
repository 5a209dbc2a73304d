using System.Globalization;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary>Options of the commands that compile a model for a target.</summary>
internal abstract class CompilingVerb : IVerb
{
    private const int LeastBits = 8;
    private const int WordBits = 32;

    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Model file (TFLite, ONNX or QONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Target name.</summary>
    [Option("target", Required = true, MetaValue = "T", HelpText = "Target; `brim targets` lists them. `host` runs natively, without counting.")]
    public string Target { get; set; } = "";

    /// <summary>Leave out the target's own kernels.</summary>
    [Option("portable", HelpText = "Use only the portable kernels, for comparison.")]
    public bool PortableOnly { get; set; }

    /// <summary>Accumulator width.</summary>
    [Option("accumulator", Default = "auto", MetaValue = "P",
        HelpText = "Widest lane of a packed accumulator in bits (8 to 31); 32: one sum a word; auto: whatever is fastest. Layers that do not fit keep 32-bit sums.")]
    public string Accumulator { get; set; } = "auto";

    /// <summary>Chunks.</summary>
    [Option("accumulation", Default = "multi", MetaValue = "multi|single",
        HelpText = "single: each dot product in one accumulator from end to end; a layer that does not fit is an error. multi: in chunks.")]
    public string Accumulation { get; set; } = "multi";

    /// <summary>What kernels are chosen for.</summary>
    [Option("optimize", Default = "speed", MetaValue = "speed|size",
        HelpText = "speed: the fastest exact kernels, in the smallest arena that costs less than 1 % of the network's cycles. "
            + "size: the fewest bytes of RAM and constants, with layers at most a quarter slower than with 32-bit sums.")]
    public string Optimize { get; set; } = "speed";

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (Limits() is not { } limits || Optimize is not ("speed" or "size"))
        {
            context.Error.WriteLine($"brim: --accumulator takes {LeastBits} to {WordBits} or auto, --accumulation multi or single, --optimize speed or size");
            return ExitCode.Usage;
        }
        return Execute(new CompileRequest(Model, Target, PortableOnly, limits, Optimize == "size" ? SelectionGoal.Size : SelectionGoal.Speed), context);
    }

    /// <summary>Runs the command on a valid request.</summary>
    protected abstract int Execute(CompileRequest request, CommandContext context);

    private AccumulatorOptions? Limits()
    {
        int? bits = int.TryParse(Accumulator, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
        return (bits is null && Accumulator != "auto") || bits is < LeastBits or > WordBits || Accumulation is not ("multi" or "single")
            ? null
            : new AccumulatorOptions(bits, Accumulation == "single");
    }
}
