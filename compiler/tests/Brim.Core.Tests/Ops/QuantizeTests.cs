using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.Ops;

public class QuantizeTests
{
    [Fact]
    public void Floats_round_half_away_from_zero_and_saturate()
    {
        var y = Evaluate.Codes(ElementType.Int8, [8], 0.5, -1);
        var x = Evaluate.Floats([8], 0, 0.25f, -0.25f, 0.24f, 63.9f, -1e30f, 1e30f, float.NaN);
        Assert.Equal([-1, 0, -2, -1, 127, -128, 127, -1], Evaluate.Run(new Quantize(), y, x).Codes);
    }

    [Fact]
    public void Codes_change_sign_by_their_zero_point()
    {
        var x = Tensor.FromCodes(Evaluate.Codes(ElementType.UInt8, [4], 1, 128), [0, 127, 128, 255]);
        Assert.Equal([-128, -1, 0, 127], Evaluate.Run(new Quantize(), Evaluate.Codes(ElementType.Int8, [4], 1, 0), x).Codes);
        Assert.Equal([-8, -1, 0, 7], Evaluate.Run(new Quantize(), Evaluate.Codes(ElementType.Signed(4), [4], 16, 0),
            Tensor.FromCodes(Evaluate.Codes(ElementType.Int8, [4], 1, 0), [-128, -16, 6, 127])).Codes);
    }

    [Fact]
    public void Codes_become_floats_for_each_channel()
    {
        var type = new TensorType(ElementType.Int8, [2, 2], QuantParams.PerAxis(0, [0.5, 2], [0, 1]));
        Assert.Equal([-1, 1.5f, 4, -2], Evaluate.RunFloat(new Dequantize(), [2, 2], Tensor.FromCodes(type, [-2, 3, 3, 0])));
    }

    [Fact]
    public void Plain_integers_wrap()
    {
        var type = new TensorType(ElementType.Int32, [2]);
        var (a, b) = (Tensor.FromCodes(type, [int.MaxValue, 7]), Tensor.FromCodes(type, [1, -9]));
        Assert.Equal([int.MinValue, -2], Evaluate.Run(new Add(Activation.None), type, a, b).Codes);
        var wide = new TensorType(ElementType.Int64, [1]);
        Assert.Equal([1L << 40], Evaluate.Run(new Mul(Activation.None), wide,
            Tensor.FromWideCodes(wide, [1L << 20]), Tensor.FromWideCodes(wide, [1L << 20])).WideCodes);
    }
}
