using System.Text.RegularExpressions;
using Brim.Check.Kernels;
using Brim.Check.Source;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>Every kernel that a library can call is one that the checker can read: a new one needs its reader.</summary>
public sealed partial class KernelCoverageTests
{
    [Fact]
    public void EveryKernelIsKnown()
    {
        var kernels = new[] { "runtime-c/src", "backends/arm-cmsis/kernels" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, folder), "*.c"))
            .SelectMany(file => Definition().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).Distinct().ToList();
        Assert.True(kernels.Count > 40, $"only {kernels.Count} kernels");
        Assert.All(kernels, kernel => Assert.True(IsKnown(kernel), $"{kernel}: neither KernelCatalog nor KernelEffects knows it"));
        Assert.False(IsKnown("brim_frobnicate_s8"));
    }

    [Theory]
    [InlineData("brim_conv2d_s8_smlad")]
    [InlineData("brim_conv2d_s8_mla_relu")]
    [InlineData("brim_pointwise_s8_smlad_single")]
    [InlineData("brim_depthwise3x3_s8_mla_clamped")]
    [InlineData("brim_depthwise3x3_stride2_s8_smlad_single_clamped")]
    [InlineData("brim_fully_connected_s8_smlad_clamped")]
    [InlineData("brim_conv2d_s8_mve_relu")]
    [InlineData("brim_pointwise_s8_mve_left_clamped")]
    [InlineData("brim_depthwise3x3_stride2_s8_mve_single_clamped")]
    public void KernelsThatMacrosDefineAreKnown(string kernel) => Assert.True(IsKnown(kernel));

    /// <summary>A call without arguments is refused for what it lacks, not for its kernel.</summary>
    private static bool IsKnown(string kernel)
    {
        var arrays = new Dictionary<string, ConstantArray>();
        var call = new LayerCall("step", kernel, null, []);
        try
        {
            if (KernelCatalog.Find(call, arrays) is null)
                KernelEffects.Of(call, arrays);
            return true;
        }
        catch (CheckFailure failure)
        {
            return failure.Descriptor != CheckDiagnostics.UnknownKernel;
        }
    }

    [GeneratedRegex("^BRIM_(?:LAYER_)?KERNEL void (brim_\\w+)\\(", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
