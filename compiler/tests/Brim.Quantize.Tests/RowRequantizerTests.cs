using System.Collections.Immutable;
using System.Runtime.Intrinsics.X86;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Tests;

public class RowRequantizerTests
{
    [SkippableTheory]
    [InlineData(Requantization.TfLiteDouble)]
    [InlineData(Requantization.Single)]
    [InlineData(Requantization.PowerOfTwo)]
    public void NarrowVectors_GiveTheReferencesCodes_AtEveryFactorAndSum(Requantization scheme)
    {
        Skip.IfNot(Avx2.IsSupported, "the processor has no 256-bit integer vectors");
        var random = new Random(9);
        var (accumulators, codes) = (new int[8], new int[8]);
        for (var trial = 0; trial < 20000; trial++)
        {
            // Factors from left shifts to shifts that leave nothing, sums from small to the ends of 32 bits, ties included.
            var range = trial % 3 == 0 ? new CodeRange(int.MinValue / 2, int.MaxValue / 2) : new CodeRange(-128, 127);
            var channels = ImmutableArray.CreateRange(Enumerable.Range(0, 8).Select(_ =>
            {
                var exponent = random.Next(-31, 7);
                var factor = random.Next(2) == 0 ? Math.ScaleB(1, exponent) : Math.ScaleB(0.5 + (random.NextDouble() / 2), exponent);
                return new Requantizer(scheme, factor, random.Next(-128, 128), range);
            }));
            channels = [.. channels.Select(c => new Requantizer(scheme, Real(c.Factor), channels[0].ZeroPoint, range))];
            for (var i = 0; i < 8; i++)
            {
                accumulators[i] = random.Next(4) switch
                {
                    0 => random.Next(-300, 300),
                    1 => random.Next(int.MinValue, int.MaxValue),
                    2 => (int)Math.Clamp((random.Next(-200, 200) + 0.5) * Math.ScaleB(1, -channels[i].Factor.Shift), int.MinValue, int.MaxValue),
                    _ => random.Next(2) == 0 ? int.MinValue : int.MaxValue,
                };
            }
            new RowRequantizer(channels).ApplyColumn(accumulators, 0, codes, 8);
            for (var i = 0; i < 8; i++)
                Assert.True(channels[i].ToCode(accumulators[i]) == codes[i], $"{scheme}: {accumulators[i]} * {channels[i].Factor}: {codes[i]}, not {channels[i].ToCode(accumulators[i])}");
        }

        static double Real(QuantizedMultiplier factor) => Math.ScaleB(factor.Multiplier, factor.Shift - 31);
    }
}
