using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

/// <summary>Scales so small that a bias does not fit grow until it does.</summary>
public class LayerQuantizationTests
{
    [Fact]
    public void ABiasBeyondInt32_CoarsensItsChannelOnly()
    {
        var layer = new LayerQuantization(new WeightCodes(2, 3, [7, -7, 5, 1, -2, 3]), new WeightGrid(4, [1e-12, 0.01]), [5, 5]);
        var fitted = layer.FittingBias(0.1);
        Assert.InRange(fitted.Bias[0] / (0.1 * fitted.Grid.Scales[0]), 1 << 27, 1 << 28);
        Assert.Equal(0, Math.Log2(fitted.Grid.Scales[0] / 1e-12) % 1);
        Assert.Equal([0, 0, 0, 1, -2, 3], fitted.Codes.Elements);
        Assert.Equal(0.01, fitted.Grid.Scales[1]);
        Assert.Equal(layer.Bias, fitted.Bias);
    }

    [Fact]
    public void ABiasThatFits_ChangesNothing()
    {
        var layer = new LayerQuantization(new WeightCodes(1, 2, [3, -3]), new WeightGrid(3, [0.02]), [-1000]);
        Assert.Same(layer, layer.FittingBias(0.05));
    }
}
