using System.Numerics;
using Brim.Core.IR;

namespace Brim.Core.Tests.IR;

public class ElementTypeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Codes_of_a_width_are_those_of_twos_complement(int bits)
    {
        var signed = ElementType.Signed(bits);
        Assert.Equal(-BigInteger.Pow(2, bits - 1), signed.MinCode);
        Assert.Equal(BigInteger.Pow(2, bits - 1) - 1, signed.MaxCode);
        Assert.Equal(0, ElementType.Unsigned(bits).MinCode);
        if (bits < 64)
            Assert.Equal(BigInteger.Pow(2, bits) - 1, ElementType.Unsigned(bits).MaxCode);
    }
}
