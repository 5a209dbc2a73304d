using System.Numerics;
using static Brim.Core.Numerics.FixedPoint;

namespace Brim.Core.Numerics;

/// <summary>
/// Transcendental functions on 32-bit fixed point, bit for bit those of gemmlowp (fixedpoint.h). Qm.n has m integer bits, n = 31 - m
/// fraction bits and a sign.
/// </summary>
public static class FixedPointFunctions
{
    // exp(-2^e) in Q0.31 for e = -2 .. 4.
    private static readonly int[] ExpOfNegativePowers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    private const int ExpOfNegativeEighth = 1895147668; // exp(-1/8), Q0.31
    private const int OneThird = 715827883; // 1/3, Q0.31
    private const int FortyEightSeventeenths = 1515870810; // 48/17, Q2.29: Newton's start for a reciprocal on [1/2, 1]
    private const int NegativeThirtyTwoSeventeenths = -1010580540; // -32/17, Q2.29
    private const int OneInQ2 = 1 << 29;

    /// <summary>exp(a) for a in Qm.n, a at most 0.</summary>
    /// <param name="a">Argument, not positive.</param>
    /// <param name="integerBits">m, 0 to 5.</param>
    /// <returns>Q0.31; 2^31 - 1 for exp(0).</returns>
    public static int ExpOnNegativeValues(int a, int integerBits)
    {
        if (a == 0)
            return int.MaxValue;
        var fractionBits = 31 - integerBits;
        var quarter = 1 << (fractionBits - 2);
        // a = (its part in [-1/4, 0)) - (a multiple of 1/4); the multiple's bits select factors exp(-2^e).
        var part = (a & (quarter - 1)) - quarter;
        var rescaled = integerBits == 0 ? part : SaturatingShiftLeft(part, integerBits);
        var result = ExpBetweenNegativeQuarterAndZero(rescaled);
        var remainder = part - a;
        for (var e = -2; e < integerBits; e++)
        {
            if ((remainder & (1 << (fractionBits + e))) != 0)
                result = SaturatingRoundingDoublingHighMul(result, ExpOfNegativePowers[e + 2]);
        }
        return result;
    }

    /// <summary>1 / (1 + a) for a in [0, 1), Q0.31 to Q0.31.</summary>
    public static int OneOverOnePlusX(int a) => SaturatingShiftLeft(ReciprocalOfHalfDenominator(a), 1);

    /// <summary>(1 - a) / (1 + a) for a in [0, 1), Q0.31 to Q0.31.</summary>
    public static int OneMinusXOverOnePlusX(int a) => SaturatingShiftLeft(ReciprocalOfHalfDenominator(a) - OneInQ2, 2);

    /// <summary>1 / (1 + exp(-a)), Qm.n to Q0.31.</summary>
    /// <param name="a">Argument.</param>
    /// <param name="integerBits">m, 0 to 5.</param>
    public static int Logistic(int a, int integerBits)
    {
        if (a == 0)
            return 1 << 30;
        var positive = OneOverOnePlusX(ExpOnNegativeValues(a > 0 ? -a : a, integerBits));
        return a > 0 ? positive : int.MaxValue - positive;
    }

    /// <summary>Hyperbolic tangent, Qm.n to Q0.31.</summary>
    /// <param name="a">Argument.</param>
    /// <param name="integerBits">m, 0 to 4.</param>
    public static int Tanh(int a, int integerBits)
    {
        if (a == 0)
            return 0;
        // tanh(|a|) = (1 - exp(-2|a|)) / (1 + exp(-2|a|)); one more integer bit doubles the argument.
        var magnitude = OneMinusXOverOnePlusX(ExpOnNegativeValues(a > 0 ? -a : a, integerBits + 1));
        return a > 0 ? magnitude : -magnitude;
    }

    /// <summary>Reciprocal of a positive number x in Qm.n as a Q0.31 fraction f and an exponent e: 1/x = f * 2^-e, f in [1/2, 1].</summary>
    /// <param name="x">Positive number.</param>
    /// <param name="integerBits">m.</param>
    /// <param name="bitsOverUnit">e: bits of x left of the binary point; may be negative.</param>
    public static int Reciprocal(int x, int integerBits, out int bitsOverUnit)
    {
        var headroomPlusOne = BitOperations.LeadingZeroCount((uint)x);
        bitsOverUnit = integerBits - headroomPlusOne;
        return OneOverOnePlusX((int)(((uint)x << headroomPlusOne) - (1u << 31)));
    }

    private static int ExpBetweenNegativeQuarterAndZero(int a)
    {
        // Taylor's series around -1/8 to the fourth power, in x = a + 1/8.
        var x = a + (1 << 28);
        var x2 = SaturatingRoundingDoublingHighMul(x, x);
        var x3 = SaturatingRoundingDoublingHighMul(x2, x);
        var x4 = SaturatingRoundingDoublingHighMul(x2, x2);
        var x4Over4 = RoundingDivideByPowerOfTwo(x4, 2);
        var tail = RoundingDivideByPowerOfTwo(SaturatingRoundingDoublingHighMul(x4Over4 + x3, OneThird) + x2, 1);
        return ExpOfNegativeEighth + SaturatingRoundingDoublingHighMul(ExpOfNegativeEighth, x + tail);
    }

    // 1 / ((1 + a) / 2) in Q2.29 by three Newton steps.
    private static int ReciprocalOfHalfDenominator(int a)
    {
        var half = RoundingHalfSum(a, int.MaxValue);
        var x = FortyEightSeventeenths + SaturatingRoundingDoublingHighMul(half, NegativeThirtyTwoSeventeenths);
        for (var i = 0; i < 3; i++)
        {
            var error = OneInQ2 - SaturatingRoundingDoublingHighMul(half, x);
            x += SaturatingShiftLeft(SaturatingRoundingDoublingHighMul(x, error), 2);
        }
        return x;
    }
}
