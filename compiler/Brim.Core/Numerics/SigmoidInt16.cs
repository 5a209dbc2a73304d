using System.Collections.Immutable;

namespace Brim.Core.Numerics;

/// <summary>
/// LOGISTIC and TANH on 16-bit codes by interpolation in one table, as tanh(x) = 2 * logistic(2x) - 1 (TFLite's reference kernels and
/// CMSIS-NN). The input is brought to steps of 1 / (3 * 4096): x' = (x * Multiplier + round) >> RightShift.
/// </summary>
/// <param name="Multiplier">At most 32767.</param>
/// <param name="RightShift">0 to 31.</param>
public readonly record struct SigmoidInt16(int Multiplier, int RightShift)
{
    /// <summary>TFLite's table of logistic(i / 24), i = 0 .. 255, in unsigned 0.16. Not everywhere the nearest value, so it cannot be computed.</summary>
    public static ImmutableArray<int> Table { get; } =
    [
        32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
        43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
        51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
        57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
        61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
        63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
        64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
        64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
        65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
        65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
        65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
        65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
        65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
        65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
        65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
        65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
    ];

    /// <summary>Parameters of LOGISTIC for an input scale.</summary>
    public static SigmoidInt16 ForLogistic(double inputScale) => From(inputScale, 0);

    /// <summary>Parameters of TANH for an input scale.</summary>
    public static SigmoidInt16 ForTanh(double inputScale) => From(inputScale, 1);

    /// <summary>Logistic of a code of zero point 0; the result has scale 2^-15 and zero point 0.</summary>
    public int Logistic(int code)
    {
        var (index, fraction, negative) = Locate(code, 9);
        var result = index >= 255
            ? 0x7FFFu << 10
            : ((uint)Table[index] << 9) + ((uint)fraction * (uint)(Table[index + 1] - Table[index]));
        result = negative ? (1u << 25) - result + (1 << 9) - 1 : result + (1 << 9);
        return (int)(result >> 10);
    }

    /// <summary>Hyperbolic tangent of a code of zero point 0; the result has scale 2^-15 and zero point 0.</summary>
    public int Tanh(int code)
    {
        var (index, fraction, negative) = Locate(code, 8);
        var result = index >= 255
            ? 0xFFFF << 8
            : (Table[index] << 8) + (fraction * (Table[index + 1] - Table[index]));
        result = negative ? -result + (1 << 23) + (1 << 7) - 1 : result - (1 << 23) + (1 << 7);
        return result >> 8;
    }

    private (int Index, int Fraction, bool Negative) Locate(int code, int fractionBits)
    {
        var round = RightShift > 0 ? 1 << (RightShift - 1) : 0;
        var scaled = ((code * Multiplier) + round) >> RightShift;
        var magnitude = (uint)Math.Abs((long)scaled);
        return ((int)(magnitude >> fractionBits), (int)(magnitude & ((1u << fractionBits) - 1)), scaled < 0);
    }

    // Scales within a thousandth of a bit of 2^-12 (for TANH also 2^-11) count as that power of two.
    private static SigmoidInt16 From(double inputScale, int largestShift)
    {
        var log2 = MathF.Log((float)inputScale) * (1f / MathF.Log(2f));
        var rounded = MathF.Round(log2, MidpointRounding.AwayFromZero);
        var shift = 12 + (int)rounded;
        if (MathF.Abs(log2 - rounded) < 1e-3f && shift >= 0 && shift <= largestShift)
            return new SigmoidInt16(3 << shift, 0);
        var multiplier = inputScale * 4096.0 * 3.0;
        var right = 0;
        while (multiplier <= 32767.0 / 2.0 && right <= 30)
        {
            right++;
            multiplier *= 2;
        }
        return new SigmoidInt16((int)multiplier, right);
    }
}
