using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>A kernel that may run over its own input gives the same bytes at every distance that the planner may choose.</summary>
public class OverlapTests
{
    [SkippableTheory]
    [InlineData("")]
    [InlineData("-DBRIM_MLA_TAPS")]
    public void The_depthwise_kernel_may_overwrite_its_input(string form)
    {
        var source = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "tests", "smlad", "check_overlap.c"));
        var (exit, output) = HostC.CompileAndRun(source, form.Length > 0 ? [.. HostC.Checked, form] : HostC.Checked);
        Assert.True(exit == 0, output);
    }
}
