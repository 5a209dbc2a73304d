using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;

namespace Brim.Quantize.Tests;

public sealed class DataSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brim-data").FullName;

    public void Dispose() => Directory.Delete(_directory, true);

    [Fact]
    public void Cifar10_InterleavesPlanes_AndCalibratesOnTheTrainingBatches()
    {
        var random = new Random(1);
        foreach (var name in new[] { "test_batch.bin", "data_batch_1.bin", "data_batch_2.bin" })
        {
            var bytes = new byte[3073 * 4];
            random.NextBytes(bytes);
            for (var i = 0; i < 4; i++)
                bytes[i * 3073] = (byte)i;
            File.WriteAllBytes(Path.Combine(_directory, name), bytes);
        }
        using var set = Open($"cifar10:{_directory}")!;
        Assert.Equal((4, 8, true), (set.Evaluation.Count, set.Calibration.Count, set.HasTrainingSplit));
        var raw = File.ReadAllBytes(Path.Combine(_directory, "data_batch_2.bin"));
        var sample = new float[3072];
        set.Calibration.Read(6, sample);
        Assert.Equal(2, set.Calibration.Label(6));
        foreach (var (row, column, channel) in new[] { (0, 0, 0), (0, 0, 2), (5, 7, 1), (31, 31, 2) })
            Assert.Equal(raw[(2 * 3073) + 1 + (channel * 1024) + (row * 32) + column], sample[(((row * 32) + column) * 3) + channel]);
    }

    [Fact]
    public void Mnist_ReadsGzippedIdx()
    {
        Write("t10k-images-idx3-ubyte.gz", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))]);
        Write("t10k-labels-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, 2, 7, 3]);
        using var set = Open($"mnist:{_directory}")!;
        var sample = new float[6];
        set.Evaluation.Read(1, sample);
        Assert.Equal([120f, 140, 160, 180, 200, 220], sample);
        Assert.Equal((2, 3), (set.Evaluation.Count, set.Evaluation.Label(1)));
        Assert.Equal(new Shape([2, 3, 1]), set.Evaluation.SampleShape);

        void Write(string name, byte[] bytes)
        {
            using var zip = new GZipStream(File.Create(Path.Combine(_directory, name)), CompressionLevel.Fastest);
            zip.Write(bytes);
        }
    }

    [Fact]
    public void Raw_DequantizesCodes_AndFollowsTheIndexColumn()
    {
        var (bin, csv) = (Path.Combine(_directory, "x.bin"), Path.Combine(_directory, "y.csv"));
        File.WriteAllBytes(bin, [0xFF, 10, 20, 30]);
        File.WriteAllText(csv, "index,label,name\n1,4,b\n0,9,a\n");
        using var set = Open($"raw:{bin},{csv},type=i8,scale=0.5,zp=2")!;
        var sample = new float[2];
        set.Evaluation.Read(0, sample);
        Assert.Equal([-1.5f, 4], sample);
        Assert.Equal((9, 4), (set.Evaluation.Label(0), set.Evaluation.Label(1)));
        Assert.False(set.HasTrainingSplit);
    }

    [Fact]
    public void Pixels_AreScaledOnRequest()
    {
        var record = new byte[3073];
        record.AsSpan(1).Fill(51);
        record[1] = 255;
        File.WriteAllBytes(Path.Combine(_directory, "test_batch.bin"), record);
        using var set = Open($"cifar10:{_directory},scale=0.5,zp=50")!;
        var sample = new float[3072];
        set.Evaluation.Read(0, sample);
        Assert.Equal((102.5f, 0.5f), (sample[0], sample[1]));
        var (element, quant) = set.Evaluation.NativeType!.Value;
        Assert.Equal((ElementType.UInt8, 0.5, 50), (element, quant.Scale, quant.ZeroPoint));
    }

    [Fact]
    public void Raw_ReadsNormalAndAnomalous_AndScalesFloats()
    {
        var (bin, csv) = (Path.Combine(_directory, "x.bin"), Path.Combine(_directory, "y.csv"));
        var bytes = new byte[12];
        for (var i = 0; i < 3; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), i + 0.5f);
        File.WriteAllBytes(bin, bytes);
        File.WriteAllText(csv, "label\nnormal\nanomalous\n1\n");
        using var set = Open($"raw:{bin},{csv},type=f32,scale=2,zp=1")!;
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(set.Evaluation.Label));
        var sample = new float[1];
        set.Evaluation.Read(2, sample);
        Assert.Equal(3f, sample[0]);
        Assert.Null(set.Evaluation.NativeType);
    }

    [Fact]
    public void Npy_ReadsRowsOfSeveralTypes()
    {
        var values = new byte[4 * 6];
        for (var i = 0; i < 6; i++)
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(4 * i), i + 0.5f);
        WriteNpy("x.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", values);
        var labels = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(labels.AsSpan(8), 5);
        WriteNpy("y.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", labels);
        using var set = Open($"npy:{_directory}/x.npy,{_directory}/y.npy")!;
        var sample = new float[3];
        set.Evaluation.Read(1, sample);
        Assert.Equal([3.5f, 4.5f, 5.5f], sample);
        Assert.Equal(5, set.Evaluation.Label(1));

        void WriteNpy(string name, string header, byte[] data)
        {
            header = header.PadRight(117) + "\n";
            File.WriteAllBytes(Path.Combine(_directory, name), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. data]);
        }
    }

    [Theory]
    [InlineData("imagenet:/x", "BRIM3001")]
    [InlineData("raw:a.bin,b.csv,size=3", "BRIM3001")]
    [InlineData("mnist:/x,type=i8", "BRIM3001")]
    [InlineData("mnist:/x,scale=0", "BRIM3001")]
    [InlineData("cifar10:/x,zp=0.5", "BRIM3001")]
    [InlineData("raw:a.bin", "BRIM3001")]
    [InlineData("cifar10:/does/not/exist", "BRIM3002")]
    [InlineData("npy:/does/not/exist.npy", "BRIM3002")]
    public void BadSpecifications_AreReported(string spec, string code)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(DataSpec.Open(spec, diagnostics));
        Assert.Equal(code, Assert.Single(diagnostics.Items).Descriptor.Code);
    }

    [Fact]
    public void Take_IsAReproducibleChoiceWithoutRepetition()
    {
        var (bin, csv) = (Path.Combine(_directory, "x.bin"), Path.Combine(_directory, "y.csv"));
        File.WriteAllBytes(bin, [.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        File.WriteAllText(csv, "label\n" + string.Join('\n', Enumerable.Range(0, 100)));
        using var set = Open($"raw:{bin},{csv}")!;
        int[] Labels(int seed) => [.. Enumerable.Range(0, 10).Select(set.Evaluation.Take(10, seed).Label)];
        Assert.Equal(Labels(1), Labels(1));
        Assert.NotEqual(Labels(1), Labels(2));
        Assert.Equal(10, Labels(1).Distinct().Count());
    }

    private static DataSet? Open(string spec)
    {
        var diagnostics = new DiagnosticBag();
        var set = DataSpec.Open(spec, diagnostics);
        Assert.Empty(diagnostics.Items);
        return set;
    }
}
