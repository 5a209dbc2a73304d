using System.Buffers.Binary;
using System.Diagnostics;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing;
using Brim.Testing.TfLite;

namespace Brim.Import.Tests.TfLite;

/// <summary>
/// 20,000 damaged model files: no exception, no hang, memory in bounds, a graph exactly where there are no errors, and only graphs
/// that verify.
/// </summary>
public sealed class MutationTests
{
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    [Fact]
    public void DamagedModelsOfTests() => Run([.. OneOperatorModels.All.Select(m => m.File), .. Enumerable.Range(0, 12).Select(RandomModel)], 15000, 1);

    [SkippableFact]
    public void DamagedRealModels()
    {
        string[] names = ["kws", "hello_world", "micro_speech", "mnist_resnet", "seanet_pad0", "seanet_conv0", "seanet_strided_slice0", "seanet_add0"];
        Run([.. names.Select(n => File.ReadAllBytes(TestData.Require($"golden/{n}/model.tflite")))], 5000, 2);
    }

    private static byte[] RandomModel(int seed) => TfLiteGraphWriter.Write(RandomGraphs.Create(seed, new RandomGraphOptions
    {
        MaxExtent = 5,
        MaxChannels = 4,
        Operators = ["conv2d", "depthwise_conv2d", "fully_connected", "add", "mul", "mean", "reshape", "transpose", "pad", "strided_slice", "softmax"],
    }));

    private static void Run(byte[][] seeds, int count, ulong randomSeed)
    {
        // A worker does the imports so that a hang is seen from outside.
        var (current, finished, accepted) = (0, false, 0);
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
            Volatile.Write(ref finished, true);
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
        Assert.True(finished);
        // Damage to weights and names is no damage: some files must pass, most must not.
        Assert.InRange(accepted, count / 100, count * 9 / 10);
    }

    private static bool ImportDamaged(byte[][] seeds, int index, ulong randomSeed)
    {
        var random = new SplitMix64((randomSeed << 32) + (ulong)index);
        var file = Mutate(random.Pick(seeds), seeds, random);
        var diagnostics = new DiagnosticBag();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = TfLiteImporter.Import(file, "damaged.tflite", diagnostics);
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
        for (var rounds = random.Pick([1, 1, 1, 2, 3, 6]); rounds > 0 && file.Length > 16; rounds--)
        {
            switch (random.Between(0, 9))
            {
                case 0:
                    file = file[..random.Between(8, file.Length)];
                    break;
                case 1:
                    for (var n = random.Between(1, 8); n > 0; n--)
                        file[random.Between(0, file.Length - 1)] = (byte)random.Next();
                    break;
                case 2:
                    file[random.Between(0, file.Length - 1)] ^= (byte)(1 << random.Between(0, 7));
                    break;
                case 3:
                    Splice(file, random.Pick(seeds), random);
                    break;
                case 4:
                    var at = random.Between(8, file.Length - 4);
                    file = [.. file[..at], .. new byte[random.Pick([1, 4, 16])], .. file[at..]];
                    break;
                case 5:
                    var cut = random.Between(8, file.Length - 8);
                    file = [.. file[..cut], .. file[(cut + random.Pick([1, 4, 8]))..]];
                    break;
                default:
                    DamageWord(file, random);
                    break;
            }
        }
        return file;
    }

    private static void Splice(byte[] file, byte[] donor, SplitMix64 random)
    {
        var length = Math.Min(random.Between(1, 64), Math.Min(file.Length, donor.Length));
        donor.AsSpan(random.Between(0, donor.Length - length), length).CopyTo(file.AsSpan(random.Between(0, file.Length - length)));
    }

    // Aims at words that look like offsets, lengths or dimensions: large models are mostly weights, whose damage nobody sees.
    private static void DamageWord(byte[] file, SplitMix64 random)
    {
        var at = 0;
        for (var attempt = 0; attempt < 200; attempt++)
        {
            at = random.Between(0, (file.Length / 4) - 1) * 4;
            var word = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
            if (word > 0 && word < file.Length)
                break;
        }
        var span = file.AsSpan(at);
        var old = BinaryPrimitives.ReadInt32LittleEndian(span);
        switch (random.Between(0, 4))
        {
            case 0:
                BinaryPrimitives.WriteInt32LittleEndian(span, random.Pick([0, 1, -1, 2, 4, 7, 8, 16, 127, 255, 256, 32767, 65536, int.MaxValue, int.MinValue, 1 << 20, 1 << 28]));
                break;
            case 1:
                BinaryPrimitives.WriteInt32LittleEndian(span, old + random.Pick([-8, -4, -2, -1, 1, 2, 4, 8]));
                break;
            case 2:
                BinaryPrimitives.WriteInt32LittleEndian(span, random.Between(0, file.Length));
                break;
            case 3:
                // Another place's word: references to something of another kind.
                file.AsSpan(random.Between(0, (file.Length / 4) - 1) * 4, 4).CopyTo(span);
                break;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)random.Between(0, 40));
                break;
        }
    }
}
