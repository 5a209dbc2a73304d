using System.Buffers.Binary;
using System.Globalization;
using Brim.Core.IR;
using Microsoft.Win32.SafeHandles;

namespace Brim.Quantize.Data;

/// <summary>
/// Samples one after the other in a file, little-endian, and a CSV of labels with a header: columns <c>index,label</c> at least, or one column
/// <c>label</c> in the order of the samples. A label is a class from 0, or <c>normal</c> (0) or <c>anomalous</c> (1).
/// </summary>
public sealed class RawSource : DataSource
{
    private readonly SafeFileHandle _file;
    private readonly int[] _labels;
    private readonly ElementType _element;
    private readonly QuantParams _quant;
    private readonly int _sampleBytes;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The samples; their number comes from the labels.</param>
    /// <param name="labels">CSV of labels.</param>
    /// <param name="element">Type of an element in the file.</param>
    /// <param name="quant">How elements map to the model's real input, scale * (element - zero point); null for identity.</param>
    /// <exception cref="InvalidDataException">Sizes do not fit or the CSV is malformed.</exception>
    public RawSource(string path, string labels, ElementType element, QuantParams? quant = null)
    {
        Name = Path.GetFileName(path);
        _element = element;
        _quant = quant ?? QuantParams.PerTensor(1);
        _labels = ReadLabels(labels);
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var length = RandomAccess.GetLength(_file);
        if (_labels.Length == 0 || length % _labels.Length != 0 || length / _labels.Length % element.StorageBytes != 0)
        {
            _file.Dispose();
            throw new InvalidDataException($"{path}: {length} bytes are not {_labels.Length} samples of {element}");
        }
        _sampleBytes = (int)(length / _labels.Length);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <inheritdoc/>
    public override Shape SampleShape => [_sampleBytes / _element.StorageBytes];

    /// <inheritdoc/>
    public override (ElementType Element, QuantParams Quant)? NativeType => _element is { IsInteger: true, Bits: 8 } ? (_element, _quant) : null;

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var bytes = new byte[_sampleBytes];
        if (RandomAccess.Read(_file, bytes, (long)index * _sampleBytes) != bytes.Length)
            throw new InvalidDataException($"{Name}: sample {index} is cut off");
        var tensor = Tensor.FromBytes(new TensorType(_element, SampleShape), bytes);
        var (scale, zero) = (_quant.Scale, _quant.ZeroPoint);
        for (var i = 0; i < sample.Length; i++)
            sample[i] = (float)(scale * ((_element.IsFloat ? (double)tensor.Floats[i] : tensor.Codes[i]) - zero));
    }

    /// <inheritdoc/>
    public override int Label(int index) => _labels[index];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private static int? LabelOf(string text) => text switch
    {
        "normal" => 0,
        "anomalous" => 1,
        _ => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var label) ? label : null,
    };

    private static int[] ReadLabels(string path)
    {
        var lines = File.ReadAllLines(path).Where(l => l.Length > 0).ToArray();
        var header = lines.Length == 0 ? [] : lines[0].Split(',').Select(c => c.Trim()).ToArray();
        var (indexColumn, labelColumn) = (Array.IndexOf(header, "index"), Array.IndexOf(header, "label"));
        if (labelColumn < 0)
            throw new InvalidDataException($"{path}: the header has no column 'label'");
        var labels = new int[lines.Length - 1];
        Array.Fill(labels, -1);
        for (var i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            var index = i - 1;
            if (cells.Length < header.Length
                || (indexColumn >= 0 && !int.TryParse(cells[indexColumn], NumberStyles.None, CultureInfo.InvariantCulture, out index))
                || LabelOf(cells[labelColumn].Trim()) is not { } label
                || index >= labels.Length)
                throw new InvalidDataException($"{path}: line {i + 1} is not an index and a label");
            labels[index] = label;
        }
        return labels;
    }
}
