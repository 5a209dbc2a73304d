using Brim.Compile.Accumulators;
using Brim.Core.IR;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>Random networks of all operators are proven: the checker knows every kernel and finds no fault where there is none.</summary>
public class RandomNetworks
{
    private const int Networks = 25;

    /// <summary>Narrow weights and activations, which the lane kernels take.</summary>
    internal static RandomGraphOptions Lanes { get; } = new()
    {
        Activation = ElementType.Unsigned(5),
        WeightBits = 4,
        Nodes = 6,
        MaxChannels = 12,
        Operators = ["conv2d", "conv2d", "depthwise_conv2d", "fully_connected", "average_pool2d", "reshape", "transpose"],
    };

    [Theory]
    [InlineData("cortex-m4", 1)]
    [InlineData("cortex-m3", 40)]
    [InlineData("cortex-m0", 80)]
    public void OfBytesAreProven(string target, int first)
    {
        for (var seed = first; seed < first + Networks; seed++)
            Prove(RandomGraphs.Create(seed), target, null, seed);
    }

    [Theory]
    [InlineData("cortex-m4", null, 200)]
    [InlineData("cortex-m4", 12, 240)]
    [InlineData("cortex-m3", 13, 520)]
    [InlineData("cortex-m0", null, 320)]
    public void OfNarrowCodesAreProven(string target, int? bits, int first)
    {
        var lanes = 0;
        for (var seed = first; seed < first + Networks; seed++)
            lanes += Prove(RandomGraphs.Create(seed, Lanes), target, new AccumulatorOptions(bits, false), seed);
        Assert.True(lanes >= 3, $"{lanes} layers with lanes");
    }

    [Fact]
    public void Of16BitsAreProven()
    {
        for (var seed = 400; seed < 420; seed++)
            Prove(RandomGraphs.Create(seed, new RandomGraphOptions { Activation = ElementType.Int16 }), "cortex-m4", null, seed);
    }

    /// <summary>Proves a network; returns the number of layers with lanes.</summary>
    private static int Prove(Graph graph, string target, AccumulatorOptions? accumulators, int seed)
    {
        var library = CheckedLibrary.Of(graph, target, null, accumulators);
        var (report, findings) = library.Check(digests: true);
        Assert.True(report is { IsProven: true } && findings.Count == 0, $"seed {seed}: {string.Join('\n', findings)}");
        return library.Model.Program.Steps.Count(s => s.Call.Lanes?.Packed is not null);
    }
}
