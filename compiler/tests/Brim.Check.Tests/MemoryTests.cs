using Brim.Check.Certificates;
using Brim.Check.Source;
using Brim.Core.Diagnostics;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>Activations are what a layer wrote only if no scratch buffer lies over them and nothing lies beyond the arena.</summary>
public class MemoryTests
{
    [Fact]
    public void ScratchOverTheInputIsRefused()
    {
        var findings = Moved((call, certified) => call.Arguments[1] is { Kind: ArgumentKind.Memory } input && input.Name == LibrarySource.Arena ? call.Arguments.SetItem(3, input) : default);
        Assert.Contains(findings, f => f.Descriptor == CheckDiagnostics.MemoryOverlap);
    }

    [Fact]
    public void ScratchBeyondTheArenaIsRefused()
    {
        var findings = Moved((call, _) => call.Arguments.SetItem(3, new Argument(ArgumentKind.Memory, LibrarySource.Arena, 1 << 20)));
        Assert.Contains(findings, f => f.Descriptor == CheckDiagnostics.MemoryOverlap);
    }

    /// <summary>Findings about the first lane layer of random networks that can be given other arguments, the certificate agreeing with them.</summary>
    private static IReadOnlyList<Diagnostic> Moved(Func<LayerCall, CertifiedLayer, System.Collections.Immutable.ImmutableArray<Argument>> move)
    {
        for (var seed = 240; seed < 300; seed++)
        {
            var (certificate, source, inputs) = CheckedLibrary.Of(RandomGraphs.Create(seed, RandomNetworks.Lanes), "cortex-m4").Parse();
            for (var i = 0; i < source.Layers.Length; i++)
            {
                if (!source.Layers[i].Kernel.StartsWith("brim_lanes_", StringComparison.Ordinal) || move(source.Layers[i], certificate.Layers[i]) is not { IsDefault: false } arguments)
                    continue;
                var layers = certificate.Layers.ToArray();
                layers[i] = layers[i] with { Arguments = [.. arguments.Select(a => a.ToString())] };
                var changed = source with { Layers = source.Layers.SetItem(i, source.Layers[i] with { Arguments = arguments }) };
                var diagnostics = new DiagnosticBag();
                LibraryChecker.Check("library", certificate, source, inputs, diagnostics);
                Assert.Empty(diagnostics.Items);
                LibraryChecker.Check("library", certificate with { Layers = layers }, changed, inputs, diagnostics);
                return diagnostics.Items;
            }
        }
        throw new InvalidOperationException("no lane layer");
    }
}
