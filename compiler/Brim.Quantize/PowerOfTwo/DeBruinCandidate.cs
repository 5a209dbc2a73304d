using Brim.Core.IR;
using Brim.Quantize.Accumulators;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>One way to fill an accumulator: the formats of a layer's data and weights.</summary>
/// <param name="Data">Format of the activations.</param>
/// <param name="Weights">Format of the weights (signed).</param>
public sealed record DeBruinCandidate(FixedPointFormat Data, FixedPointFormat Weights)
{
    /// <summary>Element type of the data.</summary>
    public ElementType DataElement => Data.IsSigned ? ElementType.Signed(Data.Bits) : ElementType.Unsigned(Data.Bits);

    /// <summary>Codes of the data.</summary>
    public IntegerRange DataRange => IntegerRange.Of(DataElement);
}
