using System.Collections.Immutable;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Networks;

/// <summary>The weight rounding methods by name.</summary>
public static class RoundingMethods
{
    /// <summary>Error-compensating columns followed by coordinate descent: the best of the methods without gradients.</summary>
    public const string Default = "optq+cd";

    /// <summary>All names, from the simplest to the strongest.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["rtn", "ep", "ep+", "gpfq", "gpfq-stochastic", "gpfq-soft", "gpfq-hard", "optq", Default];

    /// <summary>The method of a layer.</summary>
    /// <param name="widths">Widths, method and accumulator.</param>
    /// <param name="isSigned">True for two's complement activations.</param>
    /// <param name="activations">Range of the activation factors (codes minus zero point).</param>
    /// <param name="seed">Seed of stochastic methods.</param>
    /// <exception cref="ArgumentException">Unknown name, or a bound is asked of a method without one.</exception>
    public static IWeightRounder Create(LayerWidths widths, bool isSigned, IntegerRange activations, int seed)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var axe = widths.AccumulatorBits is { } p ? new AxeConstraint(p, activations, widths.TileSize ?? int.MaxValue) : null;
        return widths.Method switch
        {
            "rtn" => new Rtn(axe),
            "ep" or "ep+" => new EuclideanProjection(
                widths.AccumulatorBits ?? throw new ArgumentException("method ep needs an accumulator width", nameof(widths)),
                widths.ActivationBits, isSigned, widths.Method == "ep+"),
            "gpfq" => new Gpfq(Constraint: axe),
            "gpfq-stochastic" => new Gpfq(StochasticSeed: seed, Constraint: axe),
            "gpfq-soft" => new Gpfq(SparsityThreshold.Soft, Constraint: axe),
            "gpfq-hard" => new Gpfq(SparsityThreshold.Hard, Constraint: axe),
            "optq" => new Optq(Constraint: axe),
            // Descent moves codes one by one without regard to a tile's budget, so a bound keeps to the plain method.
            Default => axe is null ? new CoordinateDescent(new Optq(), ScaleFits: 8) : new Optq(Constraint: axe),
            _ => throw new ArgumentException($"'{widths.Method}' is no rounding method: {string.Join(", ", Names)}", nameof(widths)),
        };
    }
}
