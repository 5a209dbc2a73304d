using Brim.Core.Diagnostics;
using Brim.Emulation;

namespace Brim.QemuTests.Host;

/// <summary>The same library on the host.</summary>
public class HostRunnerTests
{
    private const string Reversing = "void brim_test_run(const int8_t *in, int8_t *out, void *arena) { (void)arena; for (int i = 0; i < 4; i++) out[i] = in[3 - i]; }";

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void OutputsEqualTheEmulators(bool sanitize)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        byte[] inputs = [1, 2, 3, 4, 250, 251, 252, 253];
        var library = Bench.Library(folder, Reversing);
        var diagnostics = new DiagnosticBag();
        var outputs = HostRunner.Run(library, Bench.BoardsFolder, inputs, new HostOptions(TimeSpan.FromSeconds(20), sanitize), folder.Path, diagnostics);
        Assert.True(outputs is not null, Bench.Text(diagnostics));
        Assert.Equal((byte[])[4, 3, 2, 1, 253, 252, 251, 250], outputs.Value);
        Assert.Equal(Bench.Count(folder, library, "cortex-m3", inputs).Outputs.AsSpan().ToArray(), outputs.Value);
    }

    [SkippableTheory]
    [InlineData("out[0] = in[4];", true, "heap-buffer-overflow")]
    [InlineData("out[0] = (int8_t)(in[0] << 31);", true, "left shift")]
    [InlineData("((int8_t *)arena)[64] = 1;", true, "heap-buffer-overflow")]
    [InlineData("((int8_t *)arena)[64] = 1;", false, "outside of its arena")]
    public void MisbehaviourIsReported(string statement, bool sanitize, string finding)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, $"void brim_test_run(const int8_t *in, int8_t *out, void *arena) {{ (void)in; (void)out; (void)arena; {statement} }}");
        var diagnostics = new DiagnosticBag();
        Assert.Null(HostRunner.Run(library, Bench.BoardsFolder, [2, 2, 2, 2], new HostOptions(TimeSpan.FromSeconds(20), sanitize), folder.Path, diagnostics));
        var diagnostic = Assert.Single(diagnostics.Items);
        Assert.Equal(EmulationDiagnostics.RunFailed, diagnostic.Descriptor);
        Assert.Contains(diagnostic.Notes, n => n.Contains(finding, StringComparison.Ordinal));
    }
}
