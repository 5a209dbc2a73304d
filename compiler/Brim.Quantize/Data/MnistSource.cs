using System.Buffers.Binary;
using System.IO.Compression;
using Brim.Core.IR;

namespace Brim.Quantize.Data;

/// <summary>MNIST in its idx format, plain or gzip (which forces the images, one byte a pixel, into memory). Samples are 28 x 28 x 1; pixels are codes 0..255.</summary>
public sealed class MnistSource : DataSource
{
    private readonly byte[] _images;
    private readonly byte[] _labels;
    private readonly QuantParams _quant;

    private MnistSource(string name, string images, string labels, QuantParams quant)
    {
        _quant = quant;
        Name = name;
        (_images, var dimensions) = ReadIdx(images, 3);
        (_labels, _) = ReadIdx(labels, 1);
        SampleShape = [dimensions[1], dimensions[2], 1];
        if (_labels.Length != dimensions[0])
            throw new InvalidDataException($"{name}: {dimensions[0]} images and {_labels.Length} labels");
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <inheritdoc/>
    public override Shape SampleShape { get; }

    /// <summary>Opens a directory with <c>t10k-images-idx3-ubyte</c>, <c>t10k-labels-idx1-ubyte</c> and, if present, the <c>train-</c> files; each may end in <c>.gz</c>.</summary>
    public static DataSet Open(string directory, QuantParams? quant = null)
    {
        var test = Part("t10k") ?? throw new FileNotFoundException($"{directory}: no t10k-images-idx3-ubyte");
        return Part("train") is { } training ? new DataSet(test, training, true) : new DataSet(test, test, false);

        MnistSource? Part(string prefix)
        {
            var (images, labels) = (Find($"{prefix}-images-idx3-ubyte"), Find($"{prefix}-labels-idx1-ubyte"));
            return images is null || labels is null ? null : new MnistSource($"mnist {prefix}", images, labels, quant ?? QuantParams.PerTensor(1));
        }

        string? Find(string name) => new[] { name, name + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists);
    }

    /// <inheritdoc/>
    public override (ElementType Element, QuantParams Quant)? NativeType => (ElementType.UInt8, _quant);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample)
    {
        var size = SampleShape[0] * SampleShape[1];
        var (scale, zero) = (_quant.Scale, _quant.ZeroPoint);
        for (var i = 0; i < size; i++)
            sample[i] = (float)(scale * (_images[(index * size) + i] - zero));
    }

    /// <inheritdoc/>
    public override int Label(int index) => _labels[index];

    private static (byte[] Data, int[] Dimensions) ReadIdx(string path, int rank)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        Span<byte> header = stackalloc byte[4 * (rank + 1)];
        stream.ReadExactly(header);
        // 0, 0, type 8 (unsigned byte), rank, then big-endian dimensions.
        if (header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != rank)
            throw new InvalidDataException($"{path}: not an idx{rank} file of bytes");
        var dimensions = new int[rank];
        for (var i = 0; i < rank; i++)
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 * (i + 1))..]);
        var data = new byte[checked(dimensions.Aggregate(1, (a, b) => checked(a * b)))];
        stream.ReadExactly(data);
        return (data, dimensions);
    }
}
