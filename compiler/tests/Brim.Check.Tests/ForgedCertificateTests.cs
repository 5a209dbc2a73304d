using Brim.Check.Certificates;
using Brim.Check.Kernels;
using Brim.Check.Source;
using Brim.Core.Diagnostics;

namespace Brim.Check.Tests;

/// <summary>
/// A certificate that agrees with flipped words in everything: then only the bounds themselves can speak against a layer, and they must do so
/// exactly where the kernel's arithmetic, modulo 2^32, gives a wrong sum for some input.
/// </summary>
public class ForgedCertificateTests
{
    private const int Outputs = 30;
    private const int Taps = 22;
    private const int Rows = 8;
    private const int Greatest = 31;
    private const uint HasHead = 0x8000_0000;
    private const uint TailWords = 0x00FF_FFFF;

    [Fact]
    public void ALaneOverflowsExactlyWhereTheKernelsArithmeticDoes()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, Taps, Outputs, 4), "cortex-m4", "LaneDenseDualRule");
        var (certificate, source, inputs) = library.Parse();
        var stream = source.Layers[0].Required.Array("stream");
        var (overflows, holds) = (0, 0);
        foreach (var flip in BitFlip.AllOf(stream))
        {
            flip.Apply();
            if (Forge(certificate, source) is { } forged)
            {
                var diagnostics = new DiagnosticBag();
                LibraryChecker.Check("library", forged, source, inputs, diagnostics);
                var reported = diagnostics.Items.Any(d => d.Descriptor == CheckDiagnostics.LaneOverflow);
                Assert.DoesNotContain(diagnostics.Items, d => d.Descriptor == CheckDiagnostics.ValueDiffers);
                Assert.True(reported == Overflows(stream), $"{flip}: reported {reported}");
                _ = reported ? overflows++ : holds++;
            }
            flip.Apply();
        }
        Assert.True(overflows > 100 && holds > 100, $"{overflows} overflow, {holds} hold");
    }

    /// <summary>The bound is tight: the greatest start that a lane can have is accepted, one more is refused, and so says the arithmetic.</summary>
    [Fact]
    public void AStartOneTooHighIsRefused()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, Taps, Outputs, 4), "cortex-m4", "LaneDenseDualRule");
        var (certificate, source, inputs) = library.Parse();
        var stream = source.Layers[0].Required.Array("stream");
        var chunk = certificate.Layers[0].Sums!.Tiles[0].Chunks[0];
        for (var lane = 0; lane < Rows; lane++)
        {
            // The starts follow the tile's first word, the head's length, if there is one, and the first header.
            var (high, word) = (chunk[2 + (3 * lane) + 1], ((stream.Values[0] & HasHead) != 0 ? 3 : 2) + lane);
            var whole = stream.Values[word];
            foreach (var (start, fits) in new[] { (4095 - high, true), (4096 - high, false) })
            {
                stream.Values[word] = (whole & ~0xFFFL) | start;
                var diagnostics = new DiagnosticBag();
                LibraryChecker.Check("library", Forge(certificate, source)!, source, inputs, diagnostics);
                Assert.Equal(!fits, diagnostics.Items.Any(d => d.Descriptor == CheckDiagnostics.LaneOverflow));
                Assert.Equal(!fits, Overflows(stream));
            }
            stream.Values[word] = whole;
        }
    }

    /// <summary>Where weights are shifted left, every sum is a multiple of the shift: another weight has no sum of the model, whatever the certificate says.</summary>
    [Fact]
    public void AWeightThatIsNoMultipleOfItsShiftIsRefused()
    {
        var (certificate, source, inputs) = CheckedLibrary.Of(SmallLayers.Steep(9, 3), "cortex-m4", "SmladFullyConnectedRule").Parse();
        var shifts = certificate.Layers[0].Sums!.Shifts;
        // The lower byte of a pair's weights is that of the first channel, then comes the second's.
        var (channel, bit) = shifts[0] > 0 ? (0, 0) : (1, 8);
        Assert.True(shifts[channel] > 0);
        for (var at = 0; at <= shifts[channel]; at++)
        {
            var flip = new BitFlip(source.Layers[0].Required.Array("filter.weights"), 0, bit + at);
            flip.Apply();
            var diagnostics = new DiagnosticBag();
            LibraryChecker.Check("library", Forge(certificate, source)!, source, inputs, diagnostics);
            Assert.Equal(at < shifts[channel], diagnostics.HasErrors);
            flip.Apply();
        }
    }

    /// <summary>The certificate with everything that follows from the words as they are; null if they are no stream any more.</summary>
    private static Certificate? Forge(Certificate certificate, LibrarySource source)
    {
        var layer = certificate.Layers[0];
        var sums = layer.Sums!;
        try
        {
            var proof = KernelCatalog.Find(source.Layers[0], source.Arrays)!.Read(source.Layers[0], new Activations(sums.Lows, sums.Highs, sums.Padding));
            return certificate with
            {
                Layers =
                [
                    layer with
                    {
                        Sums = sums with
                        {
                            Width = proof.WidestLane,
                            Outputs = [.. proof.Outputs.Select(o => new[] { o.Constant, o.Positive, o.Negative, o.Constant + o.Low, o.Constant + o.High })],
                            Tiles =
                            [
                                .. proof.Tiles.Select(t => new CertifiedTile(
                                    [.. t.Lanes.Select(l => new long[] { l.Output, l.Offset, l.Bits })],
                                    [.. t.Chunks.Select(c => (long[])[c.Begin, c.End, .. c.Low.SelectMany((low, i) => new[] { low, c.High[i], c.Start[i] })])])),
                            ],
                        },
                    },
                ],
            };
        }
        catch (CheckFailure)
        {
            return null;
        }
    }

    /// <summary>
    /// True if for some input the kernel's sums differ from start + sum of w * u. Each channel is driven to both ends; the other channels of its
    /// words then hold whatever they hold.
    /// </summary>
    private static bool Overflows(ConstantArray stream)
    {
        var words = stream.Values.Select(v => (uint)v).ToArray();
        for (int tile = 0, end; tile < words.Length; tile = end)
        {
            var begin = tile + ((words[tile] & HasHead) != 0 ? 2 : 1);
            var headEnd = begin + ((words[tile] & HasHead) != 0 ? (int)words[tile + 1] : 0);
            end = headEnd + (int)(words[tile] & TailWords);
            var run = words[..end];
            // One run that only collects the weights, then two for each channel.
            var weights = new int[2 * Rows, Taps + 2];
            Run(run, begin, headEnd, new int[Taps + 2], (channel, tap, w) => weights[channel, tap] = w);
            for (var channel = 0; channel < 2 * Rows; channel++)
            {
                foreach (var sign in new[] { 1, -1 })
                {
                    var u = new int[Taps + 2];
                    for (var tap = 0; tap < Taps; tap++)
                        u[tap] = weights[channel, tap] * sign > 0 ? Greatest : 0;
                    var (have, want) = Run(run, begin, headEnd, u, (_, _, _) => { });
                    if (have[channel] != want[channel])
                        return true;
                }
            }
        }
        return false;
    }

    /// <summary>The tile function of lanes_dense_dual.c, word for word, beside exact sums. A tile ends with its words.</summary>
    private static (long[] Have, long[] Want) Run(uint[] words, int at, int headEnd, int[] u, Action<int, int, int> weight)
    {
        var (have, want) = (new long[2 * Rows], new long[2 * Rows]);
        var header = words[at++];
        var acc = new uint[Rows];
        for (var r = 0; r < Rows; r++)
        {
            acc[r] = words[at++];
            want[2 * r] += acc[r] & 0xFFF;
            want[(2 * r) + 1] += acc[r] >> 12;
        }
        for (var step = 0; ;)
        {
            for (var end = step + (int)(header & 0xFF); step < end; step++)
            {
                for (var r = 0; r < Rows; r++)
                {
                    var word = words[at];
                    if (at < headEnd)
                    {
                        at++;
                    }
                    else
                    {
                        var codes = uint.RotateRight(word, 8 * (r % 2));
                        word = (((codes & 0xF00F) - 8) & 0xFFFF) | (((codes >> 16 & 0xF00F) - 8) << 16);
                        at += r % 2;
                    }
                    for (var half = 0; half < 2; half++)
                    {
                        var tap = (step / 2 * 4) + (step % 2) + (2 * half);
                        var h = (short)(word >> (16 * half));
                        acc[r] += (uint)(h * u[tap]);
                        // The half as a low weight that 12 bits hold and a high one.
                        var a = ((h & 0xFFF) ^ 0x800) - 0x800;
                        var b = (h - a) / 4096;
                        want[2 * r] += a * u[tap];
                        want[(2 * r) + 1] += b * u[tap];
                        weight(2 * r, tap, a);
                        weight((2 * r) + 1, tap, b);
                    }
                }
            }
            header = at == words.Length ? 0 : words[at++];
            if ((header & 0x0800_0000) != 0)
                header = words[at++];
            if ((header & 0x8000_00FF) != 0 && (header & 0x8000_0000) == 0)
                continue;
            for (var r = 0; r < Rows; r++)
                have[2 * r] += acc[r] & 0xFFF;
            if ((header & 0x8000_0000) == 0)
                break;
            for (var r = 0; r < Rows; r++)
            {
                var start = words[at] >> (16 * (r % 2)) & 0xFFF;
                at += r % 2;
                want[2 * r] += start;
                acc[r] = (acc[r] & ~0xFFFu) | start;
            }
        }
        for (var r = 0; r < Rows; r++)
            have[(2 * r) + 1] = acc[r] >> 12;
        return (have, want);
    }
}
