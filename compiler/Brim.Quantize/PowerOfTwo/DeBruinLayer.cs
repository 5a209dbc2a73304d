using System.Collections.Immutable;
using Brim.Quantize.Accumulators;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>
/// One layer under the rule of de Bruin, Zivkovic and Corporaal (arXiv 2004.11783): scales are powers of two and only pairs of widths that
/// use the accumulator fully are worth testing. With IL_acc integer bits for the sums, FL_data + FL_weights = P - IL_acc.
/// </summary>
/// <param name="Weights">W: output channels x K.</param>
/// <param name="Bias">One value an output channel.</param>
/// <param name="DataMin">Smallest value of the layer's input; its sign decides whether data are signed.</param>
/// <param name="DataMax">Largest value of the layer's input.</param>
public sealed record DeBruinLayer(Matrix Weights, ImmutableArray<double> Bias, double DataMin, double DataMax)
{
    /// <summary>True if the data can be negative.</summary>
    public bool SignedData => DataMin < 0;

    /// <summary>R: the largest magnitude of the layer's sums, bias included.</summary>
    /// <param name="evidence">Analytic kinds only; an observed range comes from data.</param>
    public double LargestSum(RangeEvidence evidence)
    {
        if (evidence == RangeEvidence.Observed)
            throw new ArgumentException("an observed range comes from data", nameof(evidence));
        double largest = 0;
        for (var r = 0; r < Weights.Rows; r++)
        {
            double positive = 0, negative = 0;
            foreach (var w in Weights.Row(r))
            {
                positive += Math.Max(w, 0);
                negative += Math.Max(-w, 0);
            }
            var magnitude = Math.Max(Math.Abs(DataMin), Math.Abs(DataMax));
            largest = Math.Max(largest, evidence == RangeEvidence.Analytic
                ? (magnitude * (positive + negative)) + Math.Abs(Bias[r])
                : Math.Max((DataMax * positive) - (DataMin * negative) + Bias[r], -((DataMin * positive) - (DataMax * negative) + Bias[r])));
        }
        return largest;
    }

    /// <summary>All pairs of formats that fill an accumulator, from the finest data to the finest weights.</summary>
    /// <param name="accumulatorBits">P.</param>
    /// <param name="largestSum">R, from <see cref="LargestSum"/> or observed.</param>
    /// <param name="minBits">Narrowest width of either.</param>
    /// <param name="maxBits">Widest width of either.</param>
    /// <remarks>Where even two of the widest formats leave the accumulator unfilled, that pair is the only candidate.</remarks>
    public ImmutableArray<DeBruinCandidate> Candidates(int accumulatorBits, double largestSum, int minBits = 2, int maxBits = 8)
    {
        var dataInteger = FixedPointFormat.IntegerBitsFor(Math.Max(Math.Abs(DataMin), Math.Abs(DataMax)), SignedData);
        var weightInteger = FixedPointFormat.IntegerBitsFor(Weights.Elements.Max(Math.Abs), true);
        var fraction = accumulatorBits - FixedPointFormat.AccumulatorIntegerBits(largestSum);
        var result = ImmutableArray.CreateBuilder<DeBruinCandidate>();
        for (var dataBits = maxBits; dataBits >= minBits; dataBits--)
        {
            var weightBits = weightInteger + fraction - (dataBits - dataInteger);
            if (weightBits >= minBits && weightBits <= maxBits)
                result.Add(new(Format(dataBits, dataInteger, SignedData), Format(weightBits, weightInteger, true)));
        }
        if (result.Count == 0 && fraction > (2 * maxBits) - dataInteger - weightInteger)
            result.Add(new(Format(maxBits, dataInteger, SignedData), Format(maxBits, weightInteger, true)));
        return result.ToImmutable();
    }

    /// <summary>
    /// Rounds the weights to a format and proves on the integers that no sum can leave the accumulator (bound (a): the exact two-sided range over
    /// all codes, bias included); takes a bit from the weights' fraction while it can.
    /// </summary>
    /// <param name="weights">The format to start from.</param>
    /// <param name="data">Range of the data's codes minus their zero point.</param>
    /// <param name="dataScale">Step of the data.</param>
    /// <param name="accumulatorBits">P.</param>
    /// <param name="minBits">Narrowest weights, at least 2.</param>
    /// <returns>The codes and the format they ended with; null if no format is safe.</returns>
    public (WeightCodes Codes, FixedPointFormat Format)? RoundSafely(FixedPointFormat weights, IntegerRange data, double dataScale, int accumulatorBits, int minBits = 2)
    {
        ArgumentNullException.ThrowIfNull(weights);
        for (var format = weights; format.Bits >= minBits; format = format with { FractionBits = format.FractionBits - 1 })
        {
            var codes = Round(format);
            var safe = true;
            for (var r = 0; safe && r < codes.Rows; r++)
            {
                var bias = (long)Math.Round(Bias[r] / (format.Scale * dataScale));
                safe = AccumulatorBounds.ExactBits(codes.Row(r), data, bias) <= accumulatorBits;
            }
            if (safe)
                return (codes, format);
        }
        return null;
    }

    /// <summary>The weights rounded to the nearest code of a format, symmetric.</summary>
    public WeightCodes Round(FixedPointFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var grid = new WeightGrid(format.Bits, [.. Enumerable.Repeat(format.Scale, Weights.Rows)]);
        var codes = new WeightCodes(Weights.Rows, Weights.Columns);
        for (var r = 0; r < codes.Rows; r++)
        {
            for (var k = 0; k < codes.Columns; k++)
                codes[r, k] = grid.Nearest(r, Weights[r, k]);
        }
        return codes;
    }

    private static FixedPointFormat Format(int bits, int integerBits, bool isSigned) => new(integerBits, bits - integerBits, isSigned);
}
