namespace Brim.Quantize.Calibration;

/// <summary>
/// A streaming histogram of real values. Memory does not grow with the data: when a value falls outside, bins are merged in pairs until
/// the range holds it. The extremes are exact; everything else is known to one bin.
/// </summary>
public sealed class ActivationHistogram
{
    /// <summary>Bins on each side of zero; even, so that pairs merge.</summary>
    public const int BinsPerSide = 4096;

    private readonly long[] _positive = new long[BinsPerSide];
    private readonly long[] _negative = new long[BinsPerSide];
    private double _binWidth;
    private double _sumOfMaxima;
    private long _spans;

    /// <summary>Smallest value seen; infinite if none.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>Largest value seen; minus infinite if none.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Number of values seen.</summary>
    public long Count { get; private set; }

    /// <summary>Mean over the spans that were added (samples) of the largest magnitude in each; 0 if none.</summary>
    public double MeanMaximum => _spans == 0 ? 0 : _sumOfMaxima / _spans;

    /// <summary>Values that were exactly 0; a code holds them without error.</summary>
    public long Zeros { get; private set; }

    /// <summary>Width of a bin: bin i holds magnitudes in [i, i + 1) times this.</summary>
    public double BinWidth => _binWidth;

    /// <summary>Counts of the positive values by magnitude.</summary>
    public ReadOnlySpan<long> Positive => _positive;

    /// <summary>Counts of the negative values by magnitude.</summary>
    public ReadOnlySpan<long> Negative => _negative;

    /// <summary>Adds values; they must be finite.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        foreach (var v in values)
        {
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        if (values.Length == 0)
            return;
        if (!float.IsFinite(min) || !float.IsFinite(max))
            throw new ArgumentException("activations must be finite", nameof(values));
        Min = Math.Min(Min, min);
        Max = Math.Max(Max, max);
        _sumOfMaxima += Math.Max(Math.Abs(min), Math.Abs(max));
        _spans++;
        Cover(Math.Max(Math.Abs(min), Math.Abs(max)));
        Count += values.Length;
        var inverse = _binWidth > 0 ? 1 / _binWidth : 0;
        foreach (var v in values)
        {
            if (v > 0)
                _positive[Math.Min((int)(v * inverse), BinsPerSide - 1)]++;
            else if (v < 0)
                _negative[Math.Min((int)(-v * inverse), BinsPerSide - 1)]++;
            else
                Zeros++;
        }
    }

    /// <summary>Adds another histogram's counts.</summary>
    public void Add(ActivationHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
            return;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Count += other.Count;
        Zeros += other.Zeros;
        _sumOfMaxima += other._sumOfMaxima;
        _spans += other._spans;
        if (other._binWidth == 0)
            return;
        Cover(Math.Max(Math.Abs(Min), Math.Abs(Max)));
        for (var i = 0; i < BinsPerSide; i++)
        {
            var at = Math.Min((int)((i + 0.5) * other._binWidth / _binWidth), BinsPerSide - 1);
            _positive[at] += other._positive[i];
            _negative[at] += other._negative[i];
        }
    }

    /// <summary>
    /// The value below which a fraction of all values lie, to one bin.
    /// </summary>
    /// <param name="fraction">0..1; 0 gives the minimum, 1 the maximum.</param>
    public double Quantile(double fraction)
    {
        if (Count == 0)
            return 0;
        if (fraction is <= 0 or >= 1)
            return fraction <= 0 ? Min : Max;
        var rank = fraction * Count;
        double seen = 0;
        for (var i = BinsPerSide - 1; i >= 0; i--)
        {
            seen += _negative[i];
            if (seen >= rank && _negative[i] > 0)
                return Math.Clamp(-(i + 0.5) * _binWidth, Min, Max);
        }
        seen += Zeros;
        if (seen >= rank && Zeros > 0)
            return 0;
        for (var i = 0; i < BinsPerSide; i++)
        {
            seen += _positive[i];
            if (seen >= rank && _positive[i] > 0)
                return Math.Clamp((i + 0.5) * _binWidth, Min, Max);
        }
        return Max;
    }

    private void Cover(double magnitude)
    {
        if (magnitude == 0)
            return;
        if (_binWidth == 0)
        {
            // A power of two, so that histograms of parts of the data merge bin by bin.
            _binWidth = Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(magnitude))) / BinsPerSide;
        }
        while (magnitude > _binWidth * BinsPerSide)
        {
            Merge(_positive);
            Merge(_negative);
            _binWidth *= 2;
        }
    }

    private static void Merge(long[] bins)
    {
        for (var i = 0; i < BinsPerSide / 2; i++)
            bins[i] = bins[2 * i] + bins[(2 * i) + 1];
        Array.Clear(bins, BinsPerSide / 2, BinsPerSide / 2);
    }
}
