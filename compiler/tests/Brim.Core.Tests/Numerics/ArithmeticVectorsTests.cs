using System.Globalization;
using System.Text;
using Brim.Core.Numerics;
using Brim.Testing;

namespace Brim.Core.Tests.Numerics;

/// <summary>
/// The vector file that C# and C both read. Lines are <c>function,a,b,c,result</c>; unused arguments are 0. Results of the rounding
/// primitives come from the exact model, those of the transcendental functions from this implementation.
/// </summary>
public class ArithmeticVectorsTests
{
    private static readonly string File = Path.Combine(TestData.RepositoryRoot, "runtime-c", "tests", "vectors", "arithmetic.csv");

    private static readonly int[] Edges = [0, 1, -1, 127, -128, 1 << 30, -(1 << 30), int.MaxValue, int.MinValue];

    [Fact]
    public void The_file_is_current()
    {
        var fresh = Path.Combine(AppContext.BaseDirectory, "arithmetic.csv");
        System.IO.File.WriteAllText(fresh, Generate());
        Assert.True(System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == System.IO.File.ReadAllText(fresh),
            $"runtime-c/tests/vectors/arithmetic.csv is not what this test generates; if the change is meant, replace it with {fresh}");
    }

    [Fact]
    public void The_implementation_gives_the_results_of_the_file()
    {
        var lines = System.IO.File.ReadAllLines(File).Skip(1).ToList();
        Assert.True(lines.Count > 500);
        foreach (var line in lines)
        {
            var fields = line.Split(',');
            var (a, b, c) = (Number(fields[1]), Number(fields[2]), Number(fields[3]));
            Assert.True(Number(fields[4]) == Apply(fields[0], a, (int)b, (int)c), line);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static int Apply(string function, long a, int b, int c) => function switch
    {
        "mulq31" => FixedPoint.SaturatingRoundingDoublingHighMul((int)a, b),
        "divide_pow2" => FixedPoint.RoundingDivideByPowerOfTwo((int)a, b),
        "half_sum" => FixedPoint.RoundingHalfSum((int)a, b),
        "rescale_double" => FixedPoint.MultiplyByQuantizedMultiplier((int)a, new QuantizedMultiplier(b, c)),
        "rescale_single" => FixedPoint.MultiplyByQuantizedMultiplierSingle((int)a, new QuantizedMultiplier(b, c)),
        "rescale_wide" => FixedPoint.MultiplyByQuantizedMultiplier(a, new QuantizedMultiplier(b, c)),
        "exp_negative" => FixedPointFunctions.ExpOnNegativeValues((int)a, b),
        "one_over_one_plus" => FixedPointFunctions.OneOverOnePlusX((int)a),
        "logistic" => FixedPointFunctions.Logistic((int)a, b),
        "tanh" => FixedPointFunctions.Tanh((int)a, b),
        "logistic16" => new SigmoidInt16(b, c).Logistic((int)a),
        "tanh16" => new SigmoidInt16(b, c).Tanh((int)a),
        "exp_table16" => SoftmaxInt16.Interpolate((int)a, SoftmaxInt16.ExpTable),
        "reciprocal_table16" => SoftmaxInt16.Interpolate((int)a, SoftmaxInt16.ReciprocalTable),
        _ => throw new InvalidDataException(function),
    };

    private static string Generate()
    {
        var text = new StringBuilder("function,a,b,c,result\n");
        var random = new SplitMix64(2026);
        foreach (var a in Edges.Concat(Enumerable.Range(0, 40).Select(_ => Wide(random))))
        {
            foreach (var b in new[] { random.Pick(Edges), Wide(random) })
            {
                Line("mulq31", a, b, 0, ExactArithmetic.HighMul(a, b));
                Line("half_sum", a, b, 0, (int)ExactArithmetic.RoundAway((System.Numerics.BigInteger)a + b, 2));
            }
            var n = random.Between(0, 31);
            Line("divide_pow2", a, n, 0, ExactArithmetic.DivideByPowerOfTwo(a, n));
        }
        for (var i = 0; i < 120; i++)
        {
            var factor = new QuantizedMultiplier(random.Between(1 << 30, int.MaxValue), random.Between(-31, 7));
            // No intermediate overflow, which C code may trap.
            var x = i < Edges.Length && factor.Shift <= 0 ? Edges[i] : Wide(random) >> Math.Max(factor.Shift + 1, 0);
            Line("rescale_double", x, factor.Multiplier, factor.Shift, ExactArithmetic.MultiplyDouble(x, factor));
            Line("rescale_single", x, factor.Multiplier, factor.Shift, ExactArithmetic.MultiplySingle(x, factor));
            var wide = (long)random.Next() >> random.Between(17 + Math.Max(17 + factor.Shift, 0), 60);
            Line("rescale_wide", wide, factor.Multiplier, factor.Shift, ExactArithmetic.MultiplyWide(wide, factor));
        }
        foreach (var a in Edges.Where(e => e != int.MinValue).Concat(Enumerable.Range(0, 40).Select(_ => Wide(random))))
        {
            var magnitude = Math.Abs((long)a);
            Computed("exp_negative", -magnitude, 5, 0);
            Computed("exp_negative", -magnitude, 4, 0);
            Computed("one_over_one_plus", magnitude, 0, 0);
            Computed("logistic", a, 4, 0);
            Computed("tanh", a, 4, 0);
        }
        for (var i = 0; i < 60; i++)
        {
            var code = i switch { 0 => -32768, 1 => 32767, 2 => 0, _ => random.Between(-32768, 32767) };
            var (multiplier, shift) = random.OneIn(4) ? (3, 0) : (random.Between(16384, 32767), random.Between(5, 16));
            Computed("logistic16", code, multiplier, shift);
            Computed("tanh16", code, multiplier, shift);
            Computed("exp_table16", code, 0, 0);
            Computed("reciprocal_table16", code, 0, 0);
        }
        return text.ToString();

        void Line(string function, long a, int b, int c, int result) =>
            text.Append(CultureInfo.InvariantCulture, $"{function},{a},{b},{c},{result}\n");

        void Computed(string function, long a, int b, int c) => Line(function, a, b, c, Apply(function, a, b, c));
    }

    private static int Wide(SplitMix64 random) => (int)random.Next() >> random.Between(0, 24);
}
