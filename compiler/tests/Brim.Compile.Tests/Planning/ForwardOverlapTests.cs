using Brim.Compile.Planning;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Planning;

public class ForwardOverlapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_lead_of_a_window_is_exact(int seed)
    {
        var random = new Random(seed);
        var tight = 0;
        for (var i = 0; i < 400; i++)
        {
            var window = new Window2D(random.Next(1, 4), random.Next(1, 4), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(1, 3), random.Next(1, 3));
            var (kh, kw) = (random.Next(1, 4), random.Next(1, 4));
            var input = new Shape([random.Next(1, 3), random.Next(1, 7), random.Next(1, 7), random.Next(1, 4)]);
            var (oh, ow) = (window.OutputHeight(input[1], kh), window.OutputWidth(input[2], kw));
            if (oh < 1 || ow < 1)
                continue;
            var output = new Shape([input[0], oh, ow, random.Next(1, 4)]);
            var (unit, rereads) = (random.Next(1, 4), random.Next(2) == 0);
            var lead = ForwardOverlap.Window(window, kh, kw, Int8(input), Int8(output), unit, rereads);
            Assert.True(Survives(window, kh, kw, input, output, unit, rereads, lead), $"{window} {kh}x{kw} {input} -> {output}: lead {lead}");
            if (lead == 0)
                continue;
            tight++;
            Assert.False(Survives(window, kh, kw, input, output, unit, rereads, lead - 1), $"{window} {kh}x{kw} {input} -> {output}: lead {lead} is not the least");
        }
        Assert.True(tight > 100);
    }

    [Fact]
    public void Elementwise_kernels_run_in_place_unless_they_widen()
    {
        Assert.Equal(0, ForwardOverlap.Elementwise(10, 1, 1));
        Assert.Equal(0, ForwardOverlap.Elementwise(10, 2, 1));
        Assert.Equal(9, ForwardOverlap.Elementwise(10, 1, 2));
    }

    private static TensorType Int8(Shape shape) => new(ElementType.Int8, shape);

    /// <summary>Runs the access pattern on marked memory: false if a byte is read after it was overwritten.</summary>
    private static bool Survives(Window2D w, int kh, int kw, Shape input, Shape output, int unit, bool rereads, long lead)
    {
        var overwritten = new bool[input.ElementCount + output.ElementCount + lead];
        for (var n = 0; n < output[0]; n++)
        {
            for (var y = 0; y < output[1]; y++)
            {
                for (var x = 0; x < output[2]; x += unit)
                {
                    var pixels = Enumerable.Range(x, Math.Min(unit, output[2] - x)).ToList();
                    var reads = pixels.SelectMany(p => Taps(w, kh, kw, input, n, y, p)).ToList();
                    var start = ((((long)n * output[1]) + y) * output[2] + x) * output[3];
                    if (reads.Any(r => overwritten[lead + r]))
                        return false;
                    for (var b = 0; b < pixels.Count * output[3]; b++)
                        overwritten[start + b] = true;
                    if (rereads && reads.Any(r => overwritten[lead + r]))
                        return false;
                }
            }
        }
        return true;
    }

    private static IEnumerable<long> Taps(Window2D w, int kh, int kw, Shape input, int n, int y, int x) =>
        from ky in Enumerable.Range(0, kh)
        from kx in Enumerable.Range(0, kw)
        let row = (y * w.StrideHeight) - w.PadTop + (ky * w.DilationHeight)
        let column = (x * w.StrideWidth) - w.PadLeft + (kx * w.DilationWidth)
        where row >= 0 && row < input[1] && column >= 0 && column < input[2]
        from c in Enumerable.Range(0, input[3])
        select (((((long)n * input[1]) + row) * input[2] + column) * input[3]) + c;
}
