using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Brim.Core.IR;
using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Networks;

/// <summary>
/// The widths and method of every layer: a decision as data, to print, compare, edit and feed back. Equal assignments compare equal.
/// </summary>
/// <param name="Default">For layers that are not named.</param>
/// <param name="Layers">By layer name (<see cref="LayerNames"/>).</param>
public sealed record WidthAssignment(LayerWidths Default, ImmutableSortedDictionary<string, LayerWidths> Layers)
{
    /// <summary>One assignment for all layers but the first, which gets 8/8.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="widths">Widths and method of the other layers.</param>
    /// <param name="wideLast">
    /// True keeps the last layer at 8/8 too. It is a small part of the work, and in a classifier its input is a short vector of means, whose
    /// rounding nothing averages out: on a small residual network it alone costs as much accuracy as all other activations at 4 bits.
    /// </param>
    public static WidthAssignment Uniform(Graph graph, LayerWidths widths, bool wideLast = false)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var names = LayerNames.Of(graph).Values.ToArray();
        var wide = RoundingMethods.AtEnds(widths) with { WeightBits = 8, ActivationBits = 8 };
        var layers = ImmutableSortedDictionary.Create<string, LayerWidths>(StringComparer.Ordinal);
        if (names.Length > 0)
            layers = layers.Add(names[0], wide);
        if (names.Length > 1 && (wideLast || wide.Method != widths.Method))
            layers = layers.Add(names[^1], wide);
        return new(widths, layers);
    }

    /// <summary>The widths of a layer.</summary>
    public LayerWidths this[string layer] => Layers.GetValueOrDefault(layer, Default);

    /// <summary>With another entry for a layer.</summary>
    public WidthAssignment With(string layer, LayerWidths widths) => this with { Layers = Layers.SetItem(layer, widths) };

    /// <summary>
    /// A recipe (<see cref="Recipes.RecipeFile"/>) with exactly these widths, every layer given in full, in ordinal order.
    /// </summary>
    public JsonObject ToJson()
    {
        var json = Json(Default);
        // Without it, a recipe's first layer has its customary 8 bits.
        json["first"] = new JsonObject { ["weights"] = Default.WeightBits, ["activations"] = Default.ActivationBits };
        var layers = new JsonObject();
        foreach (var (name, widths) in Layers)
        {
            layers[name] = Json(widths);
            if (widths.AccumulatorBits is null && Default.AccumulatorBits is not null)
                layers[name]!["accumulator"] = "none";
        }
        json["layers"] = layers;
        return json;
    }

    /// <inheritdoc/>
    public bool Equals(WidthAssignment? other) => other is not null && Default == other.Default && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Default, Layers.Count);

    /// <summary>One line a layer.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append("default: ").Append(Default).Append('\n');
        foreach (var (name, widths) in Layers)
            text.Append(name).Append(": ").Append(widths).Append('\n');
        return text.ToString();
    }

    private static JsonObject Json(LayerWidths widths)
    {
        var json = new JsonObject { ["weights"] = widths.WeightBits, ["activations"] = widths.ActivationBits, ["method"] = widths.Method };
        if (widths.AccumulatorBits is { } accumulator)
            json["accumulator"] = accumulator;
        if (widths.Range != RangeEvidence.Analytic)
            json["range"] = RangeNames.Of(widths.Range);
        if (widths.TileSize is { } tile)
            json["tile"] = tile;
        return json;
    }
}
