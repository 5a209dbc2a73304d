using Brim.Core.IR;
using Brim.Quantize.Calibration;

namespace Brim.Quantize.Tests;

public class ActivationCalibratorTests
{
    [Fact]
    public void Histogram_GrowsWithTheData_AndAgreesWithSorting()
    {
        var random = new Random(16);
        var values = RandomLayers.Gaussian(random, 1, 20000).Elements.Select((v, i) => (float)(v * (i < 100 ? 0.01 : i < 1000 ? 1 : 7))).ToArray();
        var histogram = new ActivationHistogram();
        foreach (var part in values.Chunk(777))
            histogram.Add(part);
        var merged = new ActivationHistogram();
        merged.Add(histogram);
        var sorted = values.Order().ToArray();
        Assert.Equal((sorted[0], sorted[^1]), ((float)histogram.Min, (float)histogram.Max));
        foreach (var p in new[] { 0.001, 0.01, 0.3, 0.5, 0.9, 0.999 })
        {
            // What a bin's width leaves open, and nothing more: the rank of the answer's bin contains the wanted rank.
            var quantile = histogram.Quantile(p);
            Assert.True(sorted.Count(v => v <= quantile + histogram.BinWidth) >= p * sorted.Length);
            Assert.True(sorted.Count(v => v < quantile - histogram.BinWidth) <= p * sorted.Length);
            Assert.Equal(histogram.Quantile(p), merged.Quantile(p));
        }
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    [InlineData(8, false)]
    public void MeanSquareRange_IsCloseToABruteForceOptimum(int bits, bool unsigned)
    {
        var random = new Random(17);
        var values = RandomLayers.Gaussian(random, 1, 4000).Elements.Select(v => (float)(unsigned ? Math.Max(v, 0) : v + 0.4)).ToArray();
        var histogram = new ActivationHistogram();
        histogram.Add(values);
        var (element, quant) = new ActivationCalibrator().Calibrate(histogram, bits);
        Assert.Equal(unsigned ? ElementType.Unsigned(bits) : ElementType.Signed(bits), element);
        var best = double.PositiveInfinity;
        for (var i = 1; i <= 60; i++)
        {
            for (var j = unsigned ? 60 : 1; j <= 60; j++)
                best = Math.Min(best, Error(values, element, ActivationCalibrator.ForRange(element, values.Min() * j / 60.0, values.Max() * i / 60.0)));
        }
        Assert.InRange(Error(values, element, quant), 0, best * 1.03);
    }

    [Fact]
    public void MinMax_CoversEverything_AndZeroHasACode()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([-0.7f, 0.1f, 3.3f]);
        var (element, quant) = new ActivationCalibrator(RangeRule.MinMax).Calibrate(histogram, 8);
        Assert.Equal(ElementType.Int8, element);
        Assert.InRange(quant.ZeroPoint, -128, 127);
        Assert.InRange(quant.Scale * (127 - quant.ZeroPoint), 3.3 - quant.Scale, 3.3 + quant.Scale);
        Assert.InRange(quant.Scale * (-128 - quant.ZeroPoint), -0.7 - quant.Scale, -0.7 + quant.Scale);
    }

    [Fact]
    public void Percentile_ClipsWhatItSays()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([.. Enumerable.Range(0, 10001).Select(i => (float)i)]);
        var (_, quant) = new ActivationCalibrator(RangeRule.Percentile, 0.98).Calibrate(histogram, 8);
        Assert.InRange(quant.Scale * 255, 9900 - (2 * histogram.BinWidth), 9900 + (2 * histogram.BinWidth));
    }

    private static double Error(float[] values, ElementType element, QuantParams quant) => values.Average(v =>
    {
        var code = Math.Clamp(Math.Round(v / quant.Scale) + quant.ZeroPoint, element.MinCode, element.MaxCode);
        return Math.Pow(v - (quant.Scale * (code - quant.ZeroPoint)), 2);
    });
}
