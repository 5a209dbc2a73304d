using Brim.Quantize.Windows;

namespace Brim.Quantize.Tests;

public class SparqWindowTests
{
    [Fact]
    public void Trimming_GivesTheLargestRepresentableValueNotAbove()
    {
        foreach (var window in SparqWindow.All(rounds: false))
        {
            var values = window.Shifts.SelectMany(s => Enumerable.Range(0, 1 << window.Bits).Select(m => m << s)).ToHashSet();
            for (var a = 0; a < 256; a++)
                Assert.Equal(values.Where(v => v <= a).Max(), window.Apply(a));
        }
    }

    [Fact]
    public void Rounding_IsHalfToEvenWithinTheWindow()
    {
        foreach (var window in SparqWindow.All(rounds: true))
        {
            for (var a = 0; a < 256; a++)
            {
                var length = Convert.ToString(a, 2).TrimStart('0').Length;
                var shift = window.Shifts.First(s => s >= length - window.Bits);
                var mantissa = (int)Math.Min(Math.Round(a / Math.Pow(2, shift), MidpointRounding.ToEven), Math.Pow(2, window.Bits) - 1);
                Assert.Equal((mantissa, shift), window.Place(a));
            }
        }
    }

    [Theory]
    [InlineData(4, 0, 173, 173)]
    [InlineData(3, 0, 173, 172)] // 6-bit window at shift 2: 173 / 4 = 43.25
    [InlineData(2, 0, 173, 176)] // 4-bit window at shift 4: 10.8 -> 11
    public void Pairs_LendTheirBitsToANonZeroPartner(int bits, int first, int second, int expected)
    {
        var window = bits switch { 4 => SparqWindow.FiveOptions(), 3 => SparqWindow.ThreeBits(), _ => SparqWindow.TwoBits() };
        Assert.Equal((0, expected), window.ApplyPair(first, second));
        Assert.Equal((expected, 0), window.ApplyPair(second, first));
        Assert.Equal((window.Apply(9), window.Apply(second)), window.ApplyPair(9, second));
    }

    [Fact]
    public void ShiftFields_HoldTheirOptions() =>
        Assert.Equal([3, 2, 1, 3, 3, 2], SparqWindow.All(true).Select(w => w.ShiftFieldBits));
}
