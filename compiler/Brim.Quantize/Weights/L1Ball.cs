namespace Brim.Quantize.Weights;

/// <summary>Euclidean projection onto the l1 ball (Duchi et al. 2008).</summary>
public static class L1Ball
{
    /// <summary>The amount theta by which all magnitudes shrink: the projection of v is sign(v) max(|v| - theta, 0). 0 inside the ball.</summary>
    public static double Threshold(ReadOnlySpan<double> values, double radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        var magnitudes = new double[values.Length];
        double norm = 0;
        for (var i = 0; i < values.Length; i++)
            norm += magnitudes[i] = Math.Abs(values[i]);
        if (norm <= radius)
            return 0;
        Array.Sort(magnitudes);
        Array.Reverse(magnitudes);
        double sum = 0, theta = magnitudes[0];
        for (var i = 0; i < magnitudes.Length; i++)
        {
            sum += magnitudes[i];
            var candidate = (sum - radius) / (i + 1);
            if (magnitudes[i] <= candidate)
                break;
            theta = candidate;
        }
        return theta;
    }

    /// <summary>Projects in place.</summary>
    public static void Project(Span<double> values, double radius)
    {
        var theta = Threshold(values, radius);
        if (theta == 0)
            return;
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Sign(values[i]) * Math.Max(Math.Abs(values[i]) - theta, 0);
    }
}
