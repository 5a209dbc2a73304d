using Brim.Core.IR;

namespace Brim.Quantize.Calibration;

/// <summary>Chooses the integer type and quantization of an activation from the values it takes.</summary>
/// <param name="Rule">How the range is chosen.</param>
/// <param name="Percentile">For <see cref="RangeRule.Percentile"/>: fraction of the values kept inside, e.g. 0.9999.</param>
public sealed record ActivationCalibrator(RangeRule Rule = RangeRule.MeanSquare, double Percentile = 0.9999)
{
    /// <summary>
    /// The element type and parameters for a width. Values that are never negative get unsigned codes with zero point 0, others signed
    /// codes with the zero point that uses the whole range. Real 0 always has an exact code.
    /// </summary>
    public (ElementType Element, QuantParams Quant) Calibrate(ActivationHistogram histogram, int bits)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        if (histogram.Count == 0 || histogram.BinWidth == 0)
            return (ElementType.Unsigned(bits), QuantParams.PerTensor(1));
        var element = histogram.Min >= 0 ? ElementType.Unsigned(bits) : ElementType.Signed(bits);
        if (Rule == RangeRule.MeanMaximum)
            return (element, QuantParams.PerTensor(histogram.MeanMaximum > 0 ? (float)(histogram.MeanMaximum / Math.Max(element.MaxCode, 1)) : 1));
        var (low, high) = Rule switch
        {
            RangeRule.MinMax => (histogram.Min, histogram.Max),
            RangeRule.Percentile => (histogram.Quantile((1 - Percentile) / 2), histogram.Quantile(1 - ((1 - Percentile) / 2))),
            _ => MeanSquareRange(histogram, element),
        };
        return (element, ForRange(element, low, high));
    }

    /// <summary>Parameters whose codes cover [low, high] extended to contain 0.</summary>
    public static QuantParams ForRange(ElementType element, double low, double high)
    {
        low = Math.Min(low, 0);
        high = Math.Max(high, 0);
        if (high - low <= 0)
            return QuantParams.PerTensor(1);
        // Scales are exact float32 values: every format the model can be written to stores them so.
        var scale = (double)(float)((high - low) / (element.MaxCode - element.MinCode));
        var zeroPoint = low == 0 ? element.MinCode : (long)Math.Clamp(Math.Round(element.MinCode - (low / scale)), element.MinCode, element.MaxCode);
        return QuantParams.PerTensor(scale, (int)zeroPoint);
    }

    /// <summary>Mean squared error of quantizing a histogram's values, bins taken at their centres.</summary>
    public static double MeanSquaredError(ActivationHistogram histogram, ElementType element, QuantParams quant)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ArgumentNullException.ThrowIfNull(quant);
        var (scale, zero) = (quant.Scale, quant.ZeroPoint);
        double sum = 0;
        for (var i = 0; i < ActivationHistogram.BinsPerSide; i++)
        {
            var value = (i + 0.5) * histogram.BinWidth;
            if (histogram.Positive[i] != 0)
                sum += histogram.Positive[i] * SquaredError(value);
            if (histogram.Negative[i] != 0)
                sum += histogram.Negative[i] * SquaredError(-value);
        }
        return sum / Math.Max(histogram.Count, 1);

        double SquaredError(double value)
        {
            var code = Math.Clamp(Math.Round(value / scale) + zero, element.MinCode, element.MaxCode);
            var error = value - (scale * (code - zero));
            return error * error;
        }
    }

    private static (double Low, double High) MeanSquareRange(ActivationHistogram histogram, ElementType element)
    {
        // Shrink both ends together, then each end alone: the error is smooth and has one valley along each of these lines in practice.
        var (low, high) = (Math.Min(histogram.Min, 0), Math.Max(histogram.Max, 0));
        var best = (Low: low, High: high, Error: double.PositiveInfinity);
        for (var i = 0; i < 100; i++)
            Try(low * (1 - (0.0095 * i)), high * (1 - (0.0095 * i)));
        for (var round = 0; round < 2 && low < 0 && high > 0; round++)
        {
            var (l, h) = (best.Low, best.High);
            for (var i = -10; i <= 10; i++)
                Try(Math.Max(low, l * (1 + (0.03 * i))), best.High);
            for (var i = -10; i <= 10; i++)
                Try(best.Low, Math.Min(high, h * (1 + (0.03 * i))));
        }
        return (best.Low, best.High);

        void Try(double l, double h)
        {
            var error = MeanSquaredError(histogram, element, ForRange(element, l, h));
            if (error < best.Error)
                best = (l, h, error);
        }
    }
}
