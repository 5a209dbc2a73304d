using System.Collections.Immutable;
using Brim.Core.IR;
using Microsoft.Win32.SafeHandles;

namespace Brim.Quantize.Data;

/// <summary>CIFAR-10 in its binary format: records of one label byte and 3 x 32 x 32 channel-major pixels. Samples are 32 x 32 x 3; pixels are codes 0..255.</summary>
public sealed class Cifar10Source : DataSource
{
    private const int Plane = 32 * 32;
    private const int RecordBytes = 1 + (3 * Plane);

    private readonly ImmutableArray<SafeFileHandle> _files;
    private readonly QuantParams _quant;
    private readonly int _recordsPerFile;

    /// <summary>Opens batch files of equal length.</summary>
    /// <param name="name">Name for reports.</param>
    /// <param name="files">Batches.</param>
    /// <param name="quant">How pixels map to the model's real input; null for identity.</param>
    /// <exception cref="InvalidDataException">A file is not made of whole records, or lengths differ.</exception>
    public Cifar10Source(string name, IEnumerable<string> files, QuantParams? quant = null)
    {
        Name = name;
        _quant = quant ?? QuantParams.PerTensor(1);
        _files = [.. files.Select(f => File.OpenHandle(f, FileMode.Open, FileAccess.Read, FileShare.Read))];
        var length = RandomAccess.GetLength(_files[0]);
        if (length % RecordBytes != 0 || _files.Any(f => RandomAccess.GetLength(f) != length))
            throw new InvalidDataException($"{name}: batches are not made of {RecordBytes}-byte records");
        _recordsPerFile = (int)(length / RecordBytes);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _recordsPerFile * _files.Length;

    /// <inheritdoc/>
    public override Shape SampleShape => [32, 32, 3];

    /// <summary>Opens a directory: <c>test_batch.bin</c> for evaluation and <c>data_batch_1.bin</c>.. for calibration.</summary>
    public static DataSet Open(string directory, QuantParams? quant = null)
    {
        var test = new Cifar10Source("cifar10 test", [Path.Combine(directory, "test_batch.bin")], quant);
        var training = Enumerable.Range(1, 5).Select(i => Path.Combine(directory, $"data_batch_{i}.bin")).Where(File.Exists).ToArray();
        return training.Length == 0 ? new DataSet(test, test, false) : new DataSet(test, new Cifar10Source("cifar10 training", training, quant), true);
    }

    /// <inheritdoc/>
    public override (ElementType Element, QuantParams Quant)? NativeType => (ElementType.UInt8, _quant);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        ReadRecord(index, record);
        var (scale, zero) = (_quant.Scale, _quant.ZeroPoint);
        for (var p = 0; p < Plane; p++)
        {
            for (var c = 0; c < 3; c++)
                sample[(3 * p) + c] = (float)(scale * (record[1 + (c * Plane) + p] - zero));
        }
    }

    /// <inheritdoc/>
    public override int Label(int index)
    {
        Span<byte> label = stackalloc byte[1];
        ReadRecord(index, label);
        return label[0];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var file in _files)
            file.Dispose();
        base.Dispose(disposing);
    }

    private void ReadRecord(int index, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var read = RandomAccess.Read(_files[index / _recordsPerFile], bytes, (long)(index % _recordsPerFile) * RecordBytes);
        if (read != bytes.Length)
            throw new InvalidDataException($"{Name}: record {index} is cut off");
    }
}
