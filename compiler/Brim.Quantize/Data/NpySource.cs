using Brim.Core.IR;

namespace Brim.Quantize.Data;

/// <summary>Samples X [n, ...] and labels Y [n] in NumPy files.</summary>
public sealed class NpySource : DataSource
{
    private readonly NpyArray _samples;
    private readonly NpyArray? _labels;

    /// <summary>Opens the files; labels may be absent.</summary>
    /// <exception cref="InvalidDataException">The files do not fit each other.</exception>
    public NpySource(string samples, string? labels)
    {
        Name = Path.GetFileName(samples);
        _samples = new NpyArray(samples);
        _labels = labels is null ? null : new NpyArray(labels);
        if (_samples.Shape.Length < 2 || (_labels is not null && (_labels.Shape.Length == 0 || _labels.Shape[0] != _samples.Shape[0] || _labels.RowLength != 1)))
        {
            Dispose(true);
            throw new InvalidDataException($"{samples}: samples [n, ...] and one label each are needed");
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _samples.Shape[0];

    /// <inheritdoc/>
    public override Shape SampleShape => new([.. _samples.Shape.Skip(1)]);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample)
    {
        var row = new double[_samples.RowLength];
        _samples.ReadRow(index, row);
        for (var i = 0; i < row.Length; i++)
            sample[i] = (float)row[i];
    }

    /// <inheritdoc/>
    public override int Label(int index)
    {
        if (_labels is null)
            return -1;
        Span<double> label = stackalloc double[1];
        _labels.ReadRow(index, label);
        return (int)label[0];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _samples.Dispose();
        _labels?.Dispose();
        base.Dispose(disposing);
    }
}
