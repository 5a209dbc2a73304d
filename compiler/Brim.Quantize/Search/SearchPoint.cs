using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>One assignment on the front of cost against error.</summary>
/// <param name="Widths">The widths of every layer.</param>
/// <param name="Cost">In the cost model's unit.</param>
/// <param name="PredictedError">Sum of the sensitivities.</param>
/// <param name="Validated">Divergence of the network quantized so, measured on the validation samples; null if that was not done.</param>
/// <param name="Agreement">Fraction of the validation samples on which its decision is the float network's; null if that was not done.</param>
public sealed record SearchPoint(WidthAssignment Widths, double Cost, double PredictedError, double? Validated = null, double? Agreement = null)
{
    /// <summary>Cost by the second model, in its unit; null where there is one only.</summary>
    public double? Other { get; init; }
}
