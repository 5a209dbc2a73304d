namespace Brim.Core.IR.Ops;

/// <summary>An NHWC tensor with its window padding made explicit, so that convolution loops have no borders.</summary>
/// <typeparam name="T">Element.</typeparam>
internal sealed class PaddedImage<T>
    where T : unmanaged
{
    private readonly T[] _data;
    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;

    /// <summary>Copies an image into a padded frame.</summary>
    /// <param name="x">Elements, NHWC.</param>
    /// <param name="shape">Shape of x.</param>
    /// <param name="window">Gives the padding.</param>
    /// <param name="padding">Value of padding.</param>
    /// <param name="repeat">Times that each channel is repeated (the multiplier of a depthwise convolution).</param>
    public PaddedImage(ReadOnlySpan<T> x, Shape shape, Window2D window, T padding, int repeat = 1)
    {
        _height = shape[1] + window.PadTop + window.PadBottom;
        _width = shape[2] + window.PadLeft + window.PadRight;
        _channels = shape[3] * repeat;
        _data = new T[(long)shape[0] * _height * _width * _channels];
        Array.Fill(_data, padding);
        var rowLength = shape[2] * shape[3];
        for (var row = 0; row < shape[0] * shape[1]; row++)
        {
            var from = x.Slice(row * rowLength, rowLength);
            var to = _data.AsSpan(Offset(row / shape[1], (row % shape[1]) + window.PadTop, window.PadLeft), rowLength * repeat);
            if (repeat == 1)
            {
                from.CopyTo(to);
                continue;
            }
            for (var i = 0; i < to.Length; i++)
                to[i] = from[i / repeat];
        }
    }

    /// <summary>All channels of one padded pixel.</summary>
    public ReadOnlySpan<T> Pixel(int batch, int y, int x) => _data.AsSpan(Offset(batch, y, x), _channels);

    /// <summary>Collects some channels of all taps of one window, rows first.</summary>
    /// <param name="patch">Receives kernel height * kernel width * channels elements.</param>
    /// <param name="batch">Image.</param>
    /// <param name="y">First padded row.</param>
    /// <param name="x">First padded column.</param>
    /// <param name="window">Gives the dilations.</param>
    /// <param name="kernel">Rows and columns of taps.</param>
    /// <param name="firstChannel">First channel.</param>
    public void Gather(Span<T> patch, int batch, int y, int x, Window2D window, (int Height, int Width) kernel, int firstChannel)
    {
        var channels = patch.Length / (kernel.Height * kernel.Width);
        for (var ky = 0; ky < kernel.Height; ky++)
        {
            for (var kx = 0; kx < kernel.Width; kx++)
            {
                Pixel(batch, y + (ky * window.DilationHeight), x + (kx * window.DilationWidth))
                    .Slice(firstChannel, channels).CopyTo(patch);
                patch = patch[channels..];
            }
        }
    }

    private int Offset(int batch, int y, int x) => checked(((((batch * _height) + y) * _width) + x) * _channels);
}
