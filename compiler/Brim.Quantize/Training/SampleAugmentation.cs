using Brim.Core.IR;
using Brim.Quantize.Data;

namespace Brim.Quantize.Training;

/// <summary>
/// Draws training samples from few calibration samples. No labels are needed for what it makes, because the float network answers for every
/// sample: mirrored and shifted images, and mixtures of two samples.
/// </summary>
internal sealed class SampleAugmentation(DataSource data, Shape shape, TrainingOptions options)
{
    private readonly float[] _other = new float[data.SampleShape.ElementCount];

    /// <summary>Reads sample <paramref name="index"/> on its visit in an epoch. The same arguments give the same sample.</summary>
    public void Read(int index, int epoch, float[] sample)
    {
        var random = new Random(unchecked((((options.Seed * 7919) + epoch) * 486187739) + index));
        data.Read(index, sample);
        Transform(sample, random);
        if (random.NextDouble() >= options.MixFraction)
            return;
        data.Read(random.Next(data.Count), _other);
        Transform(_other, random);
        var share = (float)(0.5 * random.NextDouble());
        for (var i = 0; i < sample.Length; i++)
            sample[i] += share * (_other[i] - sample[i]);
    }

    private void Transform(float[] image, Random random)
    {
        if (options.MirrorImages && random.Next(2) == 1)
            Mirror(image);
        if (options.ShiftPixels > 0)
            Shift(image, random.Next(-options.ShiftPixels, options.ShiftPixels + 1), random.Next(-options.ShiftPixels, options.ShiftPixels + 1));
    }

    private void Mirror(float[] image)
    {
        var (width, channels) = (shape[2], shape[3]);
        for (var row = 0; row < image.Length; row += width * channels)
        {
            for (var column = 0; column < width / 2; column++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var (a, b) = (row + (column * channels) + c, row + ((width - 1 - column) * channels) + c);
                    (image[a], image[b]) = (image[b], image[a]);
                }
            }
        }
    }

    /// <summary>Moves an image; what leaves one side is replaced by the border on the other.</summary>
    private void Shift(float[] image, int down, int right)
    {
        var (height, width, channels) = (shape[1], shape[2], shape[3]);
        var source = (float[])image.Clone();
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var from = (Math.Clamp(row - down, 0, height - 1) * width) + Math.Clamp(column - right, 0, width - 1);
                source.AsSpan(from * channels, channels).CopyTo(image.AsSpan(((row * width) + column) * channels));
            }
        }
    }
}
