namespace Brim.Check.Proofs;

/// <summary>The whole sum of one output channel: constant + sum of w * a.</summary>
internal sealed class OutputSum
{
    private long _weightBits;

    /// <summary>Sum of the positive weights.</summary>
    public long Positive { get; private set; }

    /// <summary>Sum of the absolute negative weights.</summary>
    public long Negative { get; private set; }

    /// <summary>Bits that are set in some weight or in the constant: a power of two below the lowest divides every sum.</summary>
    public long Bits => _weightBits | Constant;

    /// <summary>Least sum of products.</summary>
    public long Low { get; private set; }

    /// <summary>Greatest sum of products.</summary>
    public long High { get; private set; }

    /// <summary>Everything constant in the sum that is requantized, start values included.</summary>
    public long Constant { get; set; }

    /// <summary>Adds one product.</summary>
    public void Add(long weight, (long Low, long High) activation)
    {
        _weightBits |= weight;
        Positive += Math.Max(weight, 0);
        Negative -= Math.Min(weight, 0);
        Low += Math.Min(weight * activation.Low, weight * activation.High);
        High += Math.Max(weight * activation.Low, weight * activation.High);
    }

    /// <summary>Adds products of a weight that is itself only known within a span.</summary>
    public void AddUnknown((long Low, long High) weight, (long Low, long High) activation)
    {
        _weightBits = -1;
        long[] corners = [weight.Low * activation.Low, weight.Low * activation.High, weight.High * activation.Low, weight.High * activation.High];
        Positive += Math.Max(weight.High, 0);
        Negative -= Math.Min(weight.Low, 0);
        Low += corners.Min();
        High += corners.Max();
    }
}
