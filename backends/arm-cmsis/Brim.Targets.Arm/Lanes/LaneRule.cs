using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>
/// A rule for one lane kernel: what all have in common. It packs the layer, which proves that no input can overflow a lane, in no more flash than int8 takes, holds the lanes
/// against the accumulator that the user asks for, and builds the call.
/// </summary>
/// <param name="packing">The packing; the target's description must name it.</param>
/// <param name="function">Kernel function without the prefix <c>brim_</c>; its file has the same name.</param>
public abstract class LaneRule(Packing packing, string function) : IKernelRule
{
    /// <summary>Scratch that a strip of rows takes at most where costs are not known: enough for the larger layers of the common small networks in two.</summary>
    private protected const int StripBytes = 16384;

    /// <inheritdoc/>
    public string Name => GetType().Name;

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        var candidates = Candidates(node, new LoweringContext("match"));
        return candidates.Any(c => c.Call is not null) ? MatchResult.Accept : MatchResult.Decline(candidates[0].Refusal!);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context) => Candidates(node, context).First(c => c.Call is not null).Call!;

    /// <inheritdoc/>
    public ImmutableArray<KernelCandidate> Candidates(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (!Computes(node.Node.Op))
            return [KernelCandidate.Refused(Name, $"does not compute {node.Node.Op.Mnemonic}") with { IsOtherOperator = true }];
        if (Objection(node) is { } objection)
            return [KernelCandidate.Refused(Name, objection)];
        if (!node.Target.Packings.Contains(packing.Name))
            return [KernelCandidate.Refused(Name, $"the target does not use the packing {packing.Name}")];
        if (!node.Accumulators.AllowsLanes)
            return [KernelCandidate.Refused(Name, "sums in 32 bits are asked for")];
        if (LaneLayer.From(node, out var reason) is not { } layer)
            return [KernelCandidate.Refused(Name, reason!)];
        return [.. Variants(layer).SelectMany(v => Candidates(node, context, layer, v))];
    }

    /// <summary>True for the kernel's operator.</summary>
    private protected abstract bool Computes(Op op);

    /// <summary>Why the node's attributes or shapes do not suit the kernel, or null.</summary>
    private protected abstract string? Objection(NodeView node);

    /// <summary>The ways to pack the layer: a name (empty if there is one), and the outcome.</summary>
    private protected abstract IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer);

    /// <summary>The kernel's own part of the call.</summary>
    private protected abstract LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays);

    /// <summary>The ways to call the kernel with one stream, a name each (empty if there is one); the first is taken where costs are not known.</summary>
    private protected virtual IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        [("", Call(node, layer, packed, arrays))];

    private IEnumerable<KernelCandidate> Candidates(NodeView node, LoweringContext context, LaneLayer layer, (string Name, PackingOutcome Outcome) variant)
    {
        var name = variant.Name.Length == 0 ? Name : $"{Name}: {variant.Name}";
        if (variant.Outcome.Layer is not { } packed)
            return [KernelCandidate.Refused(name, variant.Outcome.Refusal!)];
        if (packed.Bytes > layer.Filter.Int8Bytes)
            return [KernelCandidate.Refused(name, $"its weights take {packed.Bytes} bytes of flash, {layer.Filter.Int8Bytes} in int8")];
        var widest = WidestLane(packed);
        if (node.Accumulators.Bits is { } bits && widest.Bits > bits)
            return [KernelCandidate.Refused(name, $"channel {widest.Output} needs a lane of {widest.Bits} bits for {widest.Range.Low}..{widest.Range.High}, {bits} are asked for")];
        if (node.Accumulators.SingleStage && packed.Tiles.FirstOrDefault(t => t.Chunks.Length > 1) is { } cut)
            return [KernelCandidate.Refused(name, $"channels from {cut.FirstOutput} need {cut.Chunks.Length} chunks, a single one is asked for")];
        var arrays = new LaneArrays(
            context.Array("stream", CElement.UInt32, [.. packed.Words.Select(w => (long)w)], "weights"),
            context.Array("channels", CElement.Int32, layer.Channels(packed), "requantization"),
            context);
        return Calls(node, layer, packed, arrays).Select(c => KernelCandidate.Of(
            c.Name.Length == 0 ? name : name + (variant.Name.Length == 0 ? ": " : ", ") + c.Name,
            KernelCall(node, layer, packed, arrays, widest.Bits, c.Call)));
    }

    private KernelCall KernelCall(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays, int widestLane, LaneCall call) =>
        new(
            new Kernel("brim_" + function, $"{ArmKernels.Folder}{function}.c"),
            [
                new KernelArgument.Parameters(new CStruct($"brim_{function}_params", call.Parameters)),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.UInt8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.UInt8),
                new KernelArgument.Scratch(),
            ],
            ScratchBytes: 4 * call.ScratchWords,
            InPlaceInput: 0)
        {
            LeadBytes = call.LeadBytes,
            Work = [.. call.Work, .. layer.RescalingWork(node.OutputType().Shape.ElementCount)],
            Lanes = new AccumulatorProof(packing.Name, layer.Layer.Range)
            {
                Packed = new PackedProof(layer.Filter, layer.Bounds, packed, arrays.Stream.Name, arrays.Channels.Name, widestLane),
            },
        };

    private static (int Bits, int Output, LaneRange Range) WidestLane(PackedLayer packed)
    {
        var widest = (Bits: 0, Output: 0, Range: default(LaneRange));
        foreach (var tile in packed.Tiles)
        {
            foreach (var chunk in tile.Chunks)
            {
                for (var i = 0; i < tile.Lanes.Length; i++)
                {
                    var bits = AccumulatorBounds.CentredBits(chunk.Lanes[i].Low, chunk.Lanes[i].High);
                    if (bits > widest.Bits)
                        widest = (bits, tile.Lanes[i].Output, chunk.Lanes[i]);
                }
            }
        }
        return widest;
    }
}
