using System.Collections.Immutable;
using System.Numerics;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Weights;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Networks;

/// <summary>The methods of layers by name.</summary>
public static class RoundingMethods
{
    /// <summary>Error-compensating columns followed by coordinate descent: the best of the methods without gradients.</summary>
    public const string Default = "optq+cd";

    /// <summary>Power-of-two scales, widths that fill an accumulator (de Bruin et al. 2020).</summary>
    public const string DeBruin = "debruin";

    /// <summary>All methods, from the simplest to the strongest.</summary>
    public static ImmutableArray<RoundingMethod> All { get; } =
    [
        new("rtn", "round to nearest, without looking at data"),
        new("ep", "Euclidean projection onto the A2Q budget, rounding toward zero", NeedsAccumulator: true),
        new("ep+", "Euclidean projection onto the A2Q+ budget of zero-centred weights, rounding toward zero", NeedsAccumulator: true),
        new(DeBruin, "power-of-two scales, weights to nearest, sums proved to fit the accumulator", Scales: WeightScaleRule.PowerOfTwo),
        new("gpfq", "greedy path following"),
        new("gpfq-stochastic", "greedy path following with stochastic rounding"),
        new("gpfq-soft", "greedy path following, values shrunk by half a step first (sparse, l1)"),
        new("gpfq-hard", "greedy path following, values up to half a step become 0 (sparse, l0)"),
        new("optq", "column by column with error compensation, weights mapped to the quantized inputs first"),
        new("axe", "the default method, within an accumulator that must be given", NeedsAccumulator: true),
        .. SparqWindow.All.Select(w => new RoundingMethod(w.Name, w.Summary, Scales: WeightScaleRule.FullRange, Window: w)),
        new(Default, "optq, then coordinate descent with fitted scales; the default"),
    ];

    /// <summary>All names, from the simplest to the strongest.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(m => m.Name)];

    /// <summary>
    /// What a method leaves of the first and the last layer of a network whose layers it quantizes alike: SPARQ keeps off both, which have 8 bits and
    /// are rounded to nearest; other methods treat them as any layer.
    /// </summary>
    public static LayerWidths AtEnds(LayerWidths widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return Find(widths.Method)?.Window is null ? widths : widths with { WeightBits = 8, ActivationBits = 8, Method = "rtn" };
    }

    /// <summary>The method with a name; null if there is none.</summary>
    public static RoundingMethod? Find(string name) => All.FirstOrDefault(m => m.Name == name);

    /// <summary>
    /// The weight rounder of a layer. Where an accumulator is given, every method but ep and debruin, which have a bound of their own, is constrained by
    /// AXE (<see cref="AxeConstraint"/>).
    /// </summary>
    /// <param name="widths">Widths, method and accumulator.</param>
    /// <param name="activations">Range of the activation factors (codes minus zero point) of the type that the layer really reads.</param>
    /// <param name="seed">Seed of stochastic methods.</param>
    /// <exception cref="ArgumentException">Unknown name, or a method without the accumulator that it needs.</exception>
    public static IWeightRounder Create(LayerWidths widths, IntegerRange activations, int seed)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var method = Find(widths.Method) ?? throw new ArgumentException($"'{widths.Method}' is no rounding method: {string.Join(", ", Names)}", nameof(widths));
        if (method.NeedsAccumulator && widths.AccumulatorBits is null)
            throw new ArgumentException($"method '{widths.Method}' needs an accumulator width", nameof(widths));
        var axe = widths.AccumulatorBits is { } p ? new AxeConstraint(p, activations, widths.TileSize ?? int.MaxValue) : null;
        return widths.Method switch
        {
            "rtn" => new Rtn(axe),
            "ep" or "ep+" => Projection(widths.AccumulatorBits!.Value, activations, widths.Method == "ep+"),
            { } name when name.StartsWith("sparq-", StringComparison.Ordinal) => new Rtn(axe),
            // The bound of this method counts the bias, which is known only afterwards (GraphQuantizer).
            DeBruin => new Rtn(),
            "gpfq" => new Gpfq(Constraint: axe),
            "gpfq-stochastic" => new Gpfq(StochasticSeed: seed, Constraint: axe),
            "gpfq-soft" => new Gpfq(SparsityThreshold.Soft, Constraint: axe),
            "gpfq-hard" => new Gpfq(SparsityThreshold.Hard, Constraint: axe),
            "optq" => new Optq(Constraint: axe),
            _ => new CoordinateDescent(new Optq(Constraint: axe), ScaleFits: 8, ScaleStarts: 9, Constraint: axe),
        };
    }

    // A2Q's signed budget presumes factors of at most 2^(N-1); a zero point off the middle makes them larger, up to those of unsigned codes.
    private static EuclideanProjection Projection(int accumulatorBits, IntegerRange activations, bool zeroCentred)
    {
        var bits = BitOperations.Log2((ulong)activations.Span + 1);
        var isSigned = Math.Max(-activations.Min, activations.Max) <= 1L << (bits - 1);
        return new(accumulatorBits, bits, isSigned, zeroCentred);
    }
}
