using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>Layers that read activations of one type and therefore share its width.</summary>
/// <param name="Layers">The layers.</param>
/// <param name="Candidates">For each of them what it may get.</param>
/// <param name="ActivationErrors">By width: divergence of the network's output when only these activations are rounded.</param>
public sealed record SearchUnit(
    ImmutableArray<SearchLayer> Layers,
    ImmutableArray<ImmutableArray<LayerCandidate>> Candidates,
    ImmutableSortedDictionary<int, double> ActivationErrors)
{
    /// <summary>
    /// The combinations worth taking: for each width of the activations those of the layers' candidates that no other combination beats in cost
    /// and error at once.
    /// </summary>
    /// <param name="cost">What is budgeted.</param>
    /// <param name="other">What is budgeted beside it; null for nothing.</param>
    public IEnumerable<Choice<ImmutableArray<LayerCandidate>>> Choices(ILayerCost cost, ILayerCost? other = null)
    {
        ArgumentNullException.ThrowIfNull(cost);
        var all = new List<Choice<ImmutableArray<LayerCandidate>>>();
        foreach (var (bits, error) in ActivationErrors)
        {
            ImmutableArray<Choice<ImmutableArray<LayerCandidate>>> combined = [new(0, error, [])];
            for (var i = 0; i < Layers.Length; i++)
            {
                var own = Candidates[i].Where(c => c.Widths.ActivationBits == bits).ToArray();
                combined = Choice.NonDominated(combined.SelectMany(c => own.Select(o =>
                    new Choice<ImmutableArray<LayerCandidate>>(c.Cost + cost.Of(Layers[i], o.Option), c.Error + o.WeightError, c.Tag.Add(o))
                    {
                        Other = c.Other + (other?.Of(Layers[i], o.Option) ?? 0),
                    })));
            }
            all.AddRange(combined);
        }
        return all;
    }
}
