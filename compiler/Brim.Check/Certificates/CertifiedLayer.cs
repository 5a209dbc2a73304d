using Brim.Check.Proofs;
using Brim.Core.IR.Ops;

namespace Brim.Check.Certificates;

/// <summary>What the certificate claims about one layer.</summary>
/// <param name="Step">Step name.</param>
/// <param name="Kernel">Kernel function.</param>
/// <param name="Arguments">Arguments of the call.</param>
/// <param name="Parameters">Parameter structure, fields by path.</param>
/// <param name="Sums">Its accumulators; null if the layer has none.</param>
internal sealed record CertifiedLayer(string Step, string Kernel, string[] Arguments, Dictionary<string, string> Parameters, CertifiedSums? Sums)
{
    /// <summary>Reads a layer.</summary>
    public static CertifiedLayer Of(JsonReader json) => new(
        json["step"].String(), json["kernel"].String(), [.. json["arguments"].Items().Select(a => a.String())], ParametersOf(json["parameters"]),
        json["accumulates"].Boolean() ? CertifiedSums.Of(json) : null);

    private static Dictionary<string, string> ParametersOf(JsonReader json)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Members())
        {
            if (!fields.TryAdd(name, value.Element.ValueKind == System.Text.Json.JsonValueKind.String ? value.String() : FormattableString.Invariant($"{value.Integer()}")))
                throw value.Failure("stands twice");
        }
        return fields;
    }
}

/// <summary>The accumulators of one layer.</summary>
/// <param name="Packing">Name of the packing.</param>
/// <param name="IsSigned">True if lanes are two's complement.</param>
/// <param name="Taps">Products of an output.</param>
/// <param name="Width">Fewest bits that hold the widest lane.</param>
/// <param name="Offset">Added to codes.</param>
/// <param name="Lows">Least activation, one or one a channel.</param>
/// <param name="Highs">Greatest activation.</param>
/// <param name="Padding">Activation of padding, or null.</param>
/// <param name="Writers">Who makes the activations.</param>
/// <param name="Words">Arrays that hold the layer's data.</param>
/// <param name="Outputs">Per output: constant, S+, S-, least and greatest whole sum.</param>
/// <param name="Shifts">Per output: by how many bits weights and constants, and so all sums, are shifted left against the model's; empty if none is.</param>
/// <param name="Rescaling">The model's rescaling, of sums that are not shifted, or null.</param>
/// <param name="Tiles">Lanes and chunks.</param>
internal sealed record CertifiedSums(
    string Packing,
    bool IsSigned,
    long Taps,
    long Width,
    long Offset,
    long[] Lows,
    long[] Highs,
    long? Padding,
    string[] Writers,
    (string File, string Array, long First, long Elements)[] Words,
    long[][] Outputs,
    long[] Shifts,
    CertifiedRescaling? Rescaling,
    CertifiedTile[] Tiles)
{
    // A shifted weight is a byte.
    private const int MaxShift = 7;

    /// <summary>Reads the members of a layer that accumulates.</summary>
    public static CertifiedSums Of(JsonReader json)
    {
        var activations = json["activations"];
        return new CertifiedSums(
            json["packing"].String(),
            json["signed"].Boolean(),
            json["taps"].Integer(),
            json["width"].Integer(),
            activations["offset"].Integer(),
            activations["low"].IntegerOrIntegers(),
            activations["high"].IntegerOrIntegers(),
            activations.Optional("padding")?.Integer(),
            [.. activations["from"].Items().Select(f => f.String())],
            [.. json["words"].Items().Select(w => (w["file"].String(), w["array"].String(), w["first"].Integer(), w["elements"].Integer()))],
            [.. json["outputs"].Items().Select(o => o.Integers() is { Length: 5 } values ? values : throw o.Failure("has not five numbers"))],
            json.Optional("shifts") is { } shifts ? ShiftsOf(shifts) : [],
            json.Optional("rescale") is { } rescale ? RescalingOf(rescale) : null,
            [.. json["tiles"].Items().Select(CertifiedTile.Of)]);
    }

    private static long[] ShiftsOf(JsonReader json) =>
        json.Integers() is var shifts && shifts.All(s => s is >= 0 and <= MaxShift) ? shifts : throw json.Failure($"holds a shift that is not 0 to {MaxShift}");

    private static CertifiedRescaling RescalingOf(JsonReader json)
    {
        var scheme = json["scheme"].String() switch
        {
            "two-roundings" => Requantization.TfLiteDouble,
            "one-rounding" => Requantization.Single,
            "power-of-two" => Requantization.PowerOfTwo,
            "float32" => Requantization.OnnxFloat,
            _ => throw json["scheme"].Failure("is no known scheme"),
        };
        return new CertifiedRescaling(
            scheme,
            json["zeroPoint"].Integer(int.MinValue, int.MaxValue),
            json["low"].Integer(int.MinValue, int.MaxValue),
            json["high"].Integer(int.MinValue, int.MaxValue),
            [.. json["factors"].Items().Select(f => Factor(f, scheme))]);
    }

    /// <summary>A normalized factor, for which the reference arithmetic is defined and never decreases.</summary>
    private static (int, int) Factor(JsonReader json, Requantization scheme)
    {
        var isFloat = scheme == Requantization.OnnxFloat;
        if (json.Integers() is not [var multiplier, var exponent]
            || multiplier < 0 || multiplier > (isFloat ? (1 << 24) - 1 : int.MaxValue) || (!isFloat && multiplier is > 0 and < 1 << 30)
            || exponent < (isFloat ? -149 : -31) || exponent > (isFloat ? 104 : 30))
        {
            throw json.Failure("is no normalized multiplier with its exponent");
        }
        return ((int)multiplier, (int)exponent);
    }
}

/// <summary>One tile.</summary>
/// <param name="Lanes">Output, offset and bits of each lane.</param>
/// <param name="Chunks">First step, step after the last, then low, high and start of each lane.</param>
internal sealed record CertifiedTile(long[][] Lanes, long[][] Chunks)
{
    /// <summary>Reads a tile.</summary>
    public static CertifiedTile Of(JsonReader json)
    {
        long[][] lanes = [.. json["lanes"].Items().Select(l => l.Integers() is { Length: 3 } values ? values : throw l.Failure("has not three numbers"))];
        var length = 2 + (3 * lanes.Length);
        return new CertifiedTile(lanes, [.. json["chunks"].Items().Select(c => c.Integers() is var values && values.Length == length ? values : throw c.Failure($"has not {length} numbers"))]);
    }
}
