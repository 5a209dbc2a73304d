namespace Brim.Compile.Accumulators;

/// <summary>
/// When an accumulator of P bits is safe for one output channel, from exact to loose. S+ and S- are the sums of the positive and
/// of the absolute negative weight codes, activations lie in [mu, nu].
/// </summary>
public static class AccumulatorBounds
{
    /// <summary>Exact range of the sum, for activations of either sign.</summary>
    public static (long Low, long High) Range(long positive, long negative, long mu, long nu) =>
        (mu * positive - nu * negative, nu * positive - mu * negative);

    /// <summary>Fewest bits of a two's complement accumulator that holds the range (at least 1).</summary>
    public static int SignedBits(long low, long high)
    {
        var bits = 1;
        while (low < -(1L << (bits - 1)) || high > (1L << (bits - 1)) - 1)
            bits++;
        return bits;
    }

    /// <summary>Fewest bits of a lane whose start value may be chosen: ceil(log2(high - low + 1)).</summary>
    public static int CentredBits(long low, long high)
    {
        var bits = 0;
        while (high - low > (1L << bits) - 1)
            bits++;
        return bits;
    }

    /// <summary>Largest l1 norm that A2Q allows: (2^(P-1) - 1) * 2^(signed - N), rounded down (arXiv 2308.13504).</summary>
    public static long A2qNorm(int accumulatorBits, int activationBits, bool signedActivations) =>
        (long)Math.Floor(((1L << (accumulatorBits - 1)) - 1) * Math.Pow(2, (signedActivations ? 1 : 0) - activationBits));

    /// <summary>Largest l1 norm that A2Q+ allows zero-centred weights: (2^P - 2) / (2^N - 1) (arXiv 2401.10432).</summary>
    public static long A2qPlusNorm(int accumulatorBits, int activationBits) =>
        ((1L << accumulatorBits) - 2) / ((1L << activationBits) - 1);

    /// <summary>Largest l1 norm of any weights in a centred lane: (2^L - 1) / U.</summary>
    public static long CentredNorm(int laneBits, long bound) => ((1L << laneBits) - 1) / bound;

    /// <summary>
    /// Accumulator bits that any weights of M bits need at K taps: ceil(a + log2(1 + 2^-a) + 1), a = log2 K + N + M - 1 - signed
    /// (arXiv 2308.13504, section 3).
    /// </summary>
    public static int DataTypeBits(int taps, int activationBits, int weightBits, bool signedActivations)
    {
        var a = Math.Log2(taps) + activationBits + weightBits - 1 - (signedActivations ? 1 : 0);
        return (int)Math.Ceiling(a + Math.Log2(1 + Math.Pow(2, -a)) + 1);
    }
}
