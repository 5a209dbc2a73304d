using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Networks;

/// <summary>First and second moments of a layer's inputs, in the float network (x) and in the quantized one (x~), over sampled output pixels.</summary>
internal sealed class InputMoments
{
    private const int Chunk = 128; // patches multiplied in float32 before the sums go to double

    private readonly int _depth;
    private readonly int _padded;
    private readonly double[] _gram;
    private readonly double[] _cross;
    private readonly float[] _quantized;
    private readonly float[] _float;
    private readonly int[] _offsets;
    private int _pending;

    private InputMoments(int depth)
    {
        _depth = depth;
        _padded = (depth + 15) / 16 * 16;
        _gram = new double[_padded * _padded];
        _cross = new double[_padded * _padded];
        (_quantized, _float) = (new float[Chunk * _padded], new float[Chunk * _padded]);
        _offsets = [.. Enumerable.Range(0, Chunk).Select(p => p * _padded)];
        (SumQuantized, SumFloat) = (new double[depth], new double[depth]);
    }

    /// <summary>Number of patches.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of x~.</summary>
    public double[] SumQuantized { get; }

    /// <summary>Sum of x.</summary>
    public double[] SumFloat { get; }

    /// <summary>
    /// Observes a layer: one set of moments for a dense layer, one for each group or output channel of a depthwise layer.
    /// </summary>
    public static InputMoments[] Observe(LinearLayer layer, GraphEvaluator floats, GraphEvaluator quantized, DataSource data, int patches, int seed, CancellationToken cancellation = default)
    {
        var geometry = layer.Geometry();
        var (sets, run) = (layer.InputSets, layer.IsDepthwise ? 1 : layer.Input[3] / layer.Groups);
        var depth = FloatWeights.Columns(layer);
        var lanes = Enumerable.Range(0, SampleLoop.Lanes)
            .Select(_ => (Sets: Enumerable.Range(0, sets).Select(_ => new InputMoments(depth)).ToArray(), X: new float[geometry.PaddedLength], Noisy: new float[geometry.PaddedLength]))
            .ToArray();
        SampleLoop.Run([floats, quantized], data, (lane, sample, sessions) =>
        {
            var (moments, x, noisy) = lanes[lane];
            geometry.Place(sessions[0].Floats(layer.X), x);
            geometry.Place(sessions[1].Floats(layer.X), noisy);
            foreach (var pixel in Choose(geometry.PixelOffsets.Length, patches, seed, sample))
            {
                for (var s = 0; s < sets; s++)
                    moments[s].AddPatch(geometry, geometry.PixelOffsets[pixel] + (s * run), sets == 1 ? 0 : run, x, noisy);
            }
        }, cancellation);
        for (var s = 0; s < sets; s++)
        {
            lanes[0].Sets[s].Flush();
            foreach (var lane in lanes.Skip(1))
                lanes[0].Sets[s].Add(lane.Sets[s]);
        }
        return lanes[0].Sets;
    }

    /// <summary>
    /// H and G of a <see cref="Weights.WeightProblem"/>, divided by the number of patches. Centred moments are those that matter when the
    /// bias absorbs the mean error.
    /// </summary>
    public (Matrix Gram, Matrix Cross) ToMatrices(bool centred)
    {
        var (gram, cross) = (new Matrix(_depth, _depth), new Matrix(_depth, _depth));
        double n = Math.Max(Count, 1);
        for (var i = 0; i < _depth; i++)
        {
            for (var j = 0; j < _depth; j++)
            {
                // Only tiles on and above the diagonal of the Gram matrix were accumulated.
                var (a, b) = i <= j ? (i, j) : (j, i);
                gram[i, j] = _gram[(a * _padded) + b] / n;
                cross[i, j] = _cross[(i * _padded) + j] / n;
                if (!centred)
                    continue;
                gram[i, j] -= SumQuantized[i] * SumQuantized[j] / (n * n);
                cross[i, j] -= SumQuantized[i] * SumFloat[j] / (n * n);
            }
            // A constant input has no variance beyond the rounding errors of the subtraction: it is dead once the bias has absorbed it.
            if (centred && gram[i, i] < 1e-9 * _gram[(i * _padded) + i] / n)
                gram[i, i] = 0;
        }
        return (gram, cross);
    }

    private static IEnumerable<int> Choose(int pixels, int patches, int seed, int sample)
    {
        if (pixels <= patches)
            return Enumerable.Range(0, pixels);
        // Stratified: one pixel out of each of equal runs, so that borders and centre keep their shares.
        var random = new Random(unchecked((seed * 486187739) + sample));
        return Enumerable.Range(0, patches).Select(i =>
        {
            var (first, last) = ((int)((long)i * pixels / patches), (int)((long)(i + 1) * pixels / patches));
            return random.Next(first, last);
        });
    }

    // run: channels of a tap; 0 for all of them.
    private void AddPatch(ConvGeometry geometry, int origin, int run, ReadOnlySpan<float> x, ReadOnlySpan<float> noisy)
    {
        var q = _quantized.AsSpan(_pending * _padded, _depth);
        var f = _float.AsSpan(_pending * _padded, _depth);
        var (offsets, length) = run > 0 ? (geometry.TapOffsets, run) : (geometry.SegmentOffsets, geometry.SegmentLength);
        for (var s = 0; s < offsets.Length; s++)
        {
            noisy.Slice(origin + offsets[s], length).CopyTo(q[(s * length)..]);
            x.Slice(origin + offsets[s], length).CopyTo(f[(s * length)..]);
        }
        for (var k = 0; k < _depth; k++)
        {
            SumQuantized[k] += q[k];
            SumFloat[k] += f[k];
        }
        Count++;
        if (++_pending == Chunk)
            Flush();
    }

    private void Flush()
    {
        var offsets = _offsets.AsSpan(0, _pending);
        Span<float> tile = stackalloc float[8 * FloatTiles.Channels];
        for (var i = 0; i < _padded; i += 8)
        {
            for (var j = 0; j < _padded; j += FloatTiles.Channels)
            {
                if (j + FloatTiles.Channels > i)
                    Accumulate(_quantized, i, j, tile, offsets, _gram);
                Accumulate(_float, i, j, tile, offsets, _cross);
            }
        }
        _pending = 0;
    }

    private void Accumulate(float[] right, int i, int j, Span<float> tile, ReadOnlySpan<int> offsets, double[] sums)
    {
        tile.Clear();
        FloatTiles.Accumulate(_quantized.AsSpan(i), offsets, right.AsSpan(j), _padded, tile);
        for (var r = 0; r < 8; r++)
        {
            for (var c = 0; c < FloatTiles.Channels; c++)
                sums[((i + r) * _padded) + j + c] += tile[(r * FloatTiles.Channels) + c];
        }
    }

    private void Add(InputMoments other)
    {
        other.Flush();
        Count += other.Count;
        for (var i = 0; i < _gram.Length; i++)
        {
            _gram[i] += other._gram[i];
            _cross[i] += other._cross[i];
        }
        for (var k = 0; k < _depth; k++)
        {
            SumQuantized[k] += other.SumQuantized[k];
            SumFloat[k] += other.SumFloat[k];
        }
    }
}
