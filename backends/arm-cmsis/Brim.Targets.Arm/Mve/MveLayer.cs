using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Targets.Arm.Smlad;

namespace Brim.Targets.Arm.Mve;

/// <summary>A layer of byte codes as the kernels of mve_dot.h take it: 16 products an instruction into a sum of 32 bits.</summary>
internal sealed class MveLayer
{
    /// <summary>Taps of a step.</summary>
    public const int StepTaps = 16;

    /// <summary>Pixels of a block.</summary>
    public const int BlockPixels = 4;

    // Results of a block lie at distances of 16 bits.
    private const int MaxChannels = 21844;

    private readonly WeightedLayer _layer;
    private readonly ImmutableArray<MveRescaling> _rescaling;

    private MveLayer(WeightedLayer layer, ImmutableArray<MveRescaling> rescaling)
    {
        _layer = layer;
        _rescaling = rescaling;
    }

    /// <summary>Sums: a word each.</summary>
    public static SumLayout SumLayout { get; } = new(PackingCatalog.MveS8.Name, [(0, 32)]);

    /// <summary>Output channels.</summary>
    public int Channels => _layer.Channels;

    /// <summary>Products of an output.</summary>
    public int Taps => _layer.Weights(0).Length;

    /// <summary>Steps of a dot product.</summary>
    public int Steps => (Taps + StepTaps - 1) / StepTaps;

    /// <summary>Input code of real zero.</summary>
    public int InputZeroPoint => _layer.InputZeroPoint;

    /// <summary>True if the kernels with a left shift are needed: for one, or where the right shift that turns ties away from zero is missing.</summary>
    public bool ShiftsLeft => _rescaling.Any(r => r.Left > 0 || (r.Right == 0 && _layer.Kind == SmladKind.Linear));

    /// <summary>Suffix of the kernel function for this layer's rescaling and codes.</summary>
    public string KernelSuffix => ShiftsLeft && _layer.KernelSuffix is var suffix
        ? suffix.EndsWith("_clamped", StringComparison.Ordinal) ? suffix[..^"_clamped".Length] + "_left_clamped" : suffix + "_left"
        : _layer.KernelSuffix;

    /// <summary>The layer, or null with the reason why the kernels cannot take it.</summary>
    public static MveLayer? From(NodeView node, out string? reason)
    {
        if (!node.Target.Packings.Contains(PackingCatalog.MveS8.Name))
        {
            reason = $"the target does not use the packing {PackingCatalog.MveS8.Name}";
            return null;
        }
        if (WeightedLayer.From(node, out reason, anyFactor: true) is not { } layer)
            return null;
        if (layer.Channels > MaxChannels)
        {
            reason = $"{layer.Channels} output channels, more than {MaxChannels}";
            return null;
        }
        ImmutableArray<MveRescaling> rescaling = [.. layer.Factors.Select(f => MveRescaling.Of(layer.Scheme, f))];
        for (var c = 0; c < layer.Channels; c++)
        {
            if (rescaling[c].Objection(layer.Range[c]) is not { } objection)
                continue;
            reason = $"channel {c} {objection}";
            return null;
        }
        return new MveLayer(layer, rescaling);
    }

    /// <summary>The <c>brim_mve_filter</c>.</summary>
    public CStruct Filter(LoweringContext context) => new("brim_mve_filter",
    [
        // The last step reads whole vectors.
        .. Arrays(context, StepTaps - 1),
        CField.Of("taps", Taps),
        CField.Of("out_c", Channels),
        .. Codes(),
    ]);

    /// <summary>The weights, channel by channel, with bytes behind them that are only read, and the channel stream.</summary>
    public IEnumerable<CField> Arrays(LoweringContext context, int readAhead) =>
    [
        CField.Of("weights", context.Array("weights", CElement.Int8, [.. WeightStream(), .. new long[readAhead]], "weights")),
        CField.Of("channels", context.Array("channels", CElement.Int32, ChannelStream(), "requantization")),
    ];

    /// <summary>Zero point and codes of the result.</summary>
    public IEnumerable<CField> Codes() =>
    [
        CField.Of("out_zero_point", _layer.OutputZeroPoint),
        CField.Of("act_min", _layer.OutputRange.Min),
        CField.Of("act_max", _layer.OutputRange.Max),
    ];

    private IEnumerable<long> WeightStream()
    {
        for (var c = 0; c < Channels; c++)
        {
            foreach (var w in _layer.Weights(c).ToArray())
                yield return w;
        }
    }

    /// <summary>Start of the sum, multiplier, right shift with its sign turned over, and the left shift where there are any.</summary>
    private ImmutableArray<long> ChannelStream()
    {
        var words = ImmutableArray.CreateBuilder<long>();
        for (var c = 0; c < Channels; c++)
        {
            words.AddRange(_layer.Bias[c], _rescaling[c].Multiplier, -_rescaling[c].Right);
            if (ShiftsLeft)
                words.Add(_rescaling[c].Left);
        }
        return words.ToImmutable();
    }
}
