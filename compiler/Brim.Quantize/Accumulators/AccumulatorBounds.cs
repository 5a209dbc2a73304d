namespace Brim.Quantize.Accumulators;

/// <summary>
/// How wide an accumulator must be, by every published bound and by two exact ones, from loose to tight:
/// data type, A2Q (arXiv 2308.13504), A2Q+ (arXiv 2401.10432), exact two-sided, centred lane. P is the accumulator width, N the
/// activation width, M the weight width, K the length of the dot product.
/// </summary>
public static class AccumulatorBounds
{
    /// <summary>
    /// Width that is enough for any codes of the given types (A2Q, section 3): the smallest P with
    /// K 2^(N + M - 1 - s) &lt;= 2^(P-1) - 1, s = 1 for signed activations. Computed on integers, hence without the paper's logarithms.
    /// </summary>
    public static int DataTypeBits(long length, int activationBits, int weightBits, bool signedActivations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var largest = checked(length << (activationBits + weightBits - 1 - (signedActivations ? 1 : 0)));
        return new IntegerRange(-largest, largest).SignedBits;
    }

    /// <summary>Largest l1 norm of integer weights that A2Q allows: floor((2^(P-1) - 1) 2^(s-N)).</summary>
    public static long A2QBudget(int accumulatorBits, int activationBits, bool signedActivations) =>
        ((1L << (accumulatorBits - 1)) - 1) >> (activationBits - (signedActivations ? 1 : 0));

    /// <summary>Largest l1 norm of integer weights that A2Q+ allows: floor((2^P - 2) / (2^N - 1)); see <see cref="A2QPlusHolds"/> for its condition.</summary>
    public static long A2QPlusBudget(int accumulatorBits, int activationBits) =>
        ((1L << accumulatorBits) - 2) / ((1L << activationBits) - 1);

    /// <summary>Largest l1 norm for which a centred lane of the given width is safe: floor((2^P - 1) / (nu - mu)), for any signs of the weights.</summary>
    public static long CentredBudget(int accumulatorBits, IntegerRange activations) => ((1L << accumulatorBits) - 1) / activations.Span;

    /// <summary>Smallest P whose A2Q budget covers an l1 norm.</summary>
    public static int A2QBits(long l1Norm, int activationBits, bool signedActivations) =>
        Smallest(p => A2QBudget(p, activationBits, signedActivations) >= l1Norm);

    /// <summary>Smallest P at which A2Q+ holds for weights.</summary>
    public static int A2QPlusBits(ReadOnlySpan<int> weights, int activationBits)
    {
        var (positive, negative) = SignedSums(weights);
        return Smallest(p => A2QPlusHolds(positive, negative, p, activationBits));
    }

    /// <summary>
    /// True if A2Q+ proves that no overflow is possible. Its budget presumes weights that were zero-centred before rounding towards
    /// zero; what the proof needs of the integers is that the positive and the negative part each keep to half of it.
    /// </summary>
    public static bool A2QPlusHolds(ReadOnlySpan<int> weights, int accumulatorBits, int activationBits)
    {
        var (positive, negative) = SignedSums(weights);
        return A2QPlusHolds(positive, negative, accumulatorBits, activationBits);
    }

    /// <summary>The exact range of bias + sum w x over all activations in their range: [mu S+ - nu S-, nu S+ - mu S-] + bias.</summary>
    public static IntegerRange ExactRange(ReadOnlySpan<int> weights, IntegerRange activations, long bias = 0)
    {
        var (positive, negative) = SignedSums(weights);
        return checked(new IntegerRange(
            bias + (activations.Min * positive) - (activations.Max * negative),
            bias + (activations.Max * positive) - (activations.Min * negative)));
    }

    /// <summary>Width of the exact range as a two's complement integer.</summary>
    public static int ExactBits(ReadOnlySpan<int> weights, IntegerRange activations, long bias = 0) =>
        ExactRange(weights, activations, bias).SignedBits;

    /// <summary>Width of a centred lane: one that starts at the constant which puts the exact range in its middle. Smallest P with (nu - mu) ||w||_1 &lt;= 2^P - 1.</summary>
    public static int CentredBits(ReadOnlySpan<int> weights, IntegerRange activations)
    {
        var (positive, negative) = SignedSums(weights);
        var span = checked(activations.Span * (positive + negative));
        return Smallest(p => span <= (1L << p) - 1);
    }

    /// <summary>The sum of the positive weights and the sum of the magnitudes of the negative ones.</summary>
    public static (long Positive, long Negative) SignedSums(ReadOnlySpan<int> weights)
    {
        long positive = 0, negative = 0;
        foreach (var w in weights)
        {
            if (w > 0)
                positive += w;
            else
                negative -= w;
        }
        return (positive, negative);
    }

    private static bool A2QPlusHolds(long positive, long negative, int accumulatorBits, int activationBits)
    {
        // Twice a part against the whole (2^P - 2) / (2^N - 1), without dividing.
        var largest = (1L << activationBits) - 1;
        return 2 * Math.Max(positive, negative) * largest <= (1L << accumulatorBits) - 2;
    }

    private static int Smallest(Func<int, bool> holds)
    {
        for (var p = 1; p < 62; p++)
        {
            if (holds(p))
                return p;
        }
        throw new OverflowException("the sum needs more than 61 bits");
    }
}
