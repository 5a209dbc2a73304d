using System.Collections.Immutable;
using System.Numerics;

namespace Brim.Quantize.Windows;

/// <summary>
/// SPARQ (arXiv 2105.11010): an 8-bit unsigned activation is replaced by a window of n of its bits, placed at the lowest allowed shift that
/// still holds its leading one. value ~ Mantissa * 2^Shift.
/// </summary>
/// <param name="Name">Name in recipes, e.g. <c>5opt</c>.</param>
/// <param name="Bits">Window width n.</param>
/// <param name="Shifts">Allowed shifts, ascending; the last covers all 8 bits.</param>
/// <param name="Rounds">Round the dropped bits half to even and saturate (the window never moves up); else drop them.</param>
public sealed record SparqWindow(string Name, int Bits, ImmutableArray<int> Shifts, bool Rounds)
{
    /// <summary>Four bits at any of five places.</summary>
    public static SparqWindow FiveOptions(bool rounds = true) => new("5opt", 4, [0, 1, 2, 3, 4], rounds);

    /// <summary>Four bits at three places.</summary>
    public static SparqWindow ThreeOptions(bool rounds = true) => new("3opt", 4, [0, 2, 4], rounds);

    /// <summary>Four bits at two places.</summary>
    public static SparqWindow TwoOptions(bool rounds = true) => new("2opt", 4, [0, 4], rounds);

    /// <summary>Three bits at any of six places.</summary>
    public static SparqWindow ThreeBits(bool rounds = true) => new("3bit", 3, [0, 1, 2, 3, 4, 5], rounds);

    /// <summary>Two bits at any of seven places.</summary>
    public static SparqWindow TwoBits(bool rounds = true) => new("2bit", 2, [0, 1, 2, 3, 4, 5, 6], rounds);

    /// <summary>Six bits at any of three places.</summary>
    public static SparqWindow SixBits(bool rounds = true) => new("6bit", 6, [0, 1, 2], rounds);

    /// <summary>All windows of the paper, for one rounding mode.</summary>
    public static ImmutableArray<SparqWindow> All(bool rounds) =>
        [FiveOptions(rounds), ThreeOptions(rounds), TwoOptions(rounds), ThreeBits(rounds), TwoBits(rounds), SixBits(rounds)];

    /// <summary>The window of one activation.</summary>
    /// <param name="activation">0..255.</param>
    public (int Mantissa, int Shift) Place(int activation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(activation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(activation, 255);
        var shift = Shifts[^1];
        foreach (var s in Shifts)
        {
            if (activation < 1 << (s + Bits))
            {
                shift = s;
                break;
            }
        }
        var mantissa = activation >> shift;
        if (Rounds && shift > 0)
        {
            var dropped = activation & ((1 << shift) - 1);
            var half = 1 << (shift - 1);
            if (dropped > half || (dropped == half && (mantissa & 1) == 1))
                mantissa = Math.Min(mantissa + 1, (1 << Bits) - 1);
        }
        return (mantissa, shift);
    }

    /// <summary>The value the multiplier sees: Mantissa * 2^Shift.</summary>
    public int Apply(int activation)
    {
        var (mantissa, shift) = Place(activation);
        return mantissa << shift;
    }

    /// <summary>
    /// vSPARQ: two activations share two windows. Where one of them is 0 the other takes both: all 8 bits for n = 4 (and 6, which needs no
    /// more), the 6-bit window for n = 3, the four-bit one with five places for n = 2.
    /// </summary>
    public (int First, int Second) ApplyPair(int first, int second)
    {
        if (first == 0)
            return (0, ApplyAlone(second));
        return second == 0 ? (ApplyAlone(first), 0) : (Apply(first), Apply(second));
    }

    /// <summary>The value of an activation whose partner is 0.</summary>
    public int ApplyAlone(int activation) => Bits switch
    {
        2 => FiveOptions(Rounds).Apply(activation),
        3 => SixBits(Rounds).Apply(activation),
        _ => activation,
    };

    /// <summary>Bits that say where the window is.</summary>
    public int ShiftFieldBits => BitOperations.Log2((uint)(Shifts.Length - 1)) + 1;
}
