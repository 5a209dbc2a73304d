using System.Diagnostics;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Qonnx;
using Brim.Testing;

namespace Brim.Import.Tests.Onnx;

/// <summary>
/// 6,000 damaged model files: no exception, no hang, memory in bounds, a graph exactly where there are no errors, and only graphs that verify.
/// </summary>
public sealed class OnnxMutationTests
{
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    [Fact]
    public void DamagedModelsOfTests()
    {
        byte[][] models =
        [
            OnnxModels.Network().Build(),
            LinearNetworkTests.Sample(onCodes: false),
            LinearNetworkTests.Sample(onCodes: true),
            .. Enumerable.Range(0, 12).Select(seed => QonnxWriter.Write(RandomGraphs.Create(seed, new RandomGraphOptions { MaxExtent = 4, MaxChannels = 3 }))),
        ];
        Run(models, 5000, 1);
    }

    [SkippableFact]
    public void DamagedNodeTests()
    {
        var folder = TestData.Require("onnx-node-tests");
        Run([.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(d => File.ReadAllBytes(Path.Combine(d, "model.onnx")))], 1000, 2);
    }

    private static void Run(byte[][] seeds, int count, ulong randomSeed)
    {
        var (current, accepted) = (0, 0);
        Exception? failure = null;
        var worker = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < count; i++)
                {
                    Volatile.Write(ref current, i);
                    accepted += ImportDamaged(seeds, i, randomSeed) ? 1 : 0;
                }
            }
            catch (Exception e)
            {
                failure = new InvalidOperationException($"mutation {current} of run {randomSeed}", e);
            }
        }) { IsBackground = true };
        worker.Start();
        var (seen, since) = (-1, Stopwatch.StartNew());
        while (!worker.Join(50))
        {
            if (Volatile.Read(ref current) != seen)
                (seen, since) = (Volatile.Read(ref current), Stopwatch.StartNew());
            Assert.True(since.Elapsed < MostTime, $"mutation {seen} of run {randomSeed} hangs");
        }
        Assert.Null(failure);
        Assert.InRange(accepted, count / 100, count * 9 / 10);
    }

    private static bool ImportDamaged(byte[][] seeds, int index, ulong randomSeed)
    {
        var random = new SplitMix64((randomSeed << 32) + (ulong)index);
        var file = Mutate(random.Pick(seeds), seeds, random);
        var diagnostics = new DiagnosticBag();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = OnnxImporter.Import(file, "damaged.onnx", diagnostics);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MostBytes, $"{allocated} bytes allocated for a file of {file.Length}");
        Assert.Equal(diagnostics.HasErrors, graph is null);
        if (graph is null)
            return false;
        var verified = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, verified), string.Join('\n', verified.Items));
        return true;
    }

    private static byte[] Mutate(byte[] seed, byte[][] seeds, SplitMix64 random)
    {
        var file = (byte[])seed.Clone();
        for (var rounds = random.Pick([1, 1, 2, 3, 6]); rounds > 0 && file.Length > 16; rounds--)
        {
            var at = random.Between(0, file.Length - 9);
            switch (random.Between(0, 6))
            {
                case 0:
                    file = file[..random.Between(4, file.Length)];
                    break;
                case 1:
                    file[at] = (byte)random.Next();
                    break;
                case 2:
                    file[at] ^= (byte)(1 << random.Between(0, 7));
                    break;
                case 3:
                    var donor = random.Pick(seeds);
                    var length = Math.Min(random.Between(1, 48), Math.Min(file.Length, donor.Length));
                    donor.AsSpan(random.Between(0, donor.Length - length), length).CopyTo(file.AsSpan(random.Between(0, file.Length - length)));
                    break;
                case 4:
                    // Small numbers: dimensions, axes, counts.
                    file[at] = random.Pick<byte>([0, 1, 2, 3, 4, 5, 127, 128, 255]);
                    break;
                case 5:
                    // A varint of ten bytes: the most negative and the largest numbers.
                    for (var i = 0; i < 8; i++)
                        file[at + i] = 0xFF;
                    break;
                default:
                    // One letter of a name: what read one value reads another.
                    var letters = Enumerable.Range(0, file.Length).Where(i => file[i] is >= (byte)'0' and <= (byte)'9').ToList();
                    if (letters.Count > 0)
                        file[random.Pick(letters)] = (byte)random.Between('0', '9');
                    break;
            }
        }
        return file;
    }
}
