using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Quantize.Networks;
using Brim.Quantize.Training;

namespace Brim.Quantize.Recipes;

/// <summary>
/// Everything that decides how a float network is quantized, apart from the data: what <c>brim.yaml</c> says. Decisions as data: the same recipe,
/// network and data give the same codes on every machine.
/// </summary>
public sealed record QuantizationRecipe
{
    /// <summary>Width of the first layer's weights and inputs unless the recipe says otherwise: it is small, and nothing averages its rounding out.</summary>
    public const int FirstLayerBits = 8;

    /// <summary>Widths, method and accumulator of the layers that are not named.</summary>
    public LayerWidths Default { get; init; } = new(8, 8);

    /// <summary>What is different in the first layer.</summary>
    public LayerOverride First { get; init; } = new(FirstLayerBits, FirstLayerBits);

    /// <summary>What is different in the last layer. In a network of one layer the first layer's override goes before.</summary>
    public LayerOverride Last { get; init; } = new();

    /// <summary>What is different in single layers, by name (<see cref="LayerNames"/>); goes before <see cref="First"/> and <see cref="Last"/>.</summary>
    public ImmutableSortedDictionary<string, LayerOverride> Layers { get; init; } = ImmutableSortedDictionary.Create<string, LayerOverride>(StringComparer.Ordinal);

    /// <summary>Settings that are not a layer's. Its seed gives way to <see cref="Seed"/>; an input type that is null is the data's own.</summary>
    public QuantizerOptions Options { get; init; } = new();

    /// <summary>Calibration samples, drawn from the data's calibration part by <see cref="Seed"/>.</summary>
    public int Samples { get; init; } = 1024;

    /// <summary>Seed of everything random: the choice of samples, patches, stochastic rounding and the order of training samples.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Training of the real weights for rounded activations, before the weights are rounded; null for none. Its seed gives way to <see cref="Seed"/>.</summary>
    public TrainingOptions? Adaptation { get; init; }

    /// <summary>Training of the rounded network until its outputs match the float network's; null for none. Its seed gives way to <see cref="Seed"/>.</summary>
    public TrainingOptions? Matching { get; init; }

    /// <summary>The recipe with every layer's widths given, nothing special about the first one: what a width search returns.</summary>
    public QuantizationRecipe With(WidthAssignment widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return this with
        {
            Default = widths.Default,
            First = new(),
            Last = new(),
            Layers = widths.Layers.ToImmutableSortedDictionary(l => l.Key, l => LayerOverride.All(l.Value), StringComparer.Ordinal),
        };
    }

    /// <summary>The widths of every layer of a network, each by name. Names that the network does not have are kept, so that checks see them.</summary>
    public WidthAssignment WidthsOf(Graph graph)
    {
        var names = LayerNames.Of(graph).Values.ToArray();
        var layers = ImmutableSortedDictionary.CreateBuilder<string, LayerWidths>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var widths = i == 0 ? First.Apply(RoundingMethods.AtEnds(Default)) : i == names.Length - 1 ? Last.Apply(RoundingMethods.AtEnds(Default)) : Default;
            layers[names[i]] = Layers.TryGetValue(names[i], out var own) ? own.Apply(widths) : widths;
        }
        foreach (var (name, own) in Layers)
            layers.TryAdd(name, own.Apply(Default));
        return new(Default, layers.ToImmutable());
    }
}
