using Brim.Quantize.Accumulators;

namespace Brim.Quantize.Weights;

/// <summary>
/// AXE (arXiv 2409.17092): keeps every tile of a dot product within an accumulator while another method rounds. The state of a tile is the
/// sum of its positive and of its negative codes; a code may only be as large as what is left.
/// </summary>
/// <remarks>
/// The paper clamps the real value half a step inside the limit before rounding; clamping the code itself is as safe and wastes nothing.
/// </remarks>
/// <param name="AccumulatorBits">P: the width that a tile's sum must fit.</param>
/// <param name="Activations">Range of the activation codes; must contain 0.</param>
/// <param name="TileSize">Columns that share an accumulator: column k belongs to tile k / TileSize. The whole length for one accumulator.</param>
/// <param name="Centred">The accumulator starts at the value that centres its range, so only the span counts.</param>
/// <param name="SoftThreshold">Also shrink values by the threshold of the l1 projection of the zero-mean tile, to spread the budget.</param>
public sealed record AxeConstraint(
    int AccumulatorBits,
    IntegerRange Activations,
    int TileSize = int.MaxValue,
    bool Centred = false,
    bool SoftThreshold = false) : ICodeConstraint
{
    /// <inheritdoc/>
    public IRowConstraint Begin(ReadOnlySpan<double> weights, int limit, long start = 0) => new Row(this, weights, start);

    private sealed class Row : IRowConstraint
    {
        private readonly AxeConstraint _axe;
        private readonly long[] _positive;
        private readonly long[] _negative;
        private readonly double[] _thresholds;
        private readonly long _start;

        public Row(AxeConstraint axe, ReadOnlySpan<double> weights, long start)
        {
            _start = start;
            if (axe.Activations.Min > 0 || axe.Activations.Max <= 0)
                throw new ArgumentException($"activation codes {axe.Activations} do not contain 0", nameof(axe));
            _axe = axe;
            var tiles = axe.TileSize >= weights.Length ? 1 : (weights.Length + axe.TileSize - 1) / axe.TileSize;
            _positive = new long[tiles];
            _negative = new long[tiles];
            _thresholds = new double[tiles];
            for (var t = 0; axe.SoftThreshold && t < tiles; t++)
            {
                var first = t * (long)axe.TileSize;
                var tile = weights[(int)first..(int)Math.Min(first + axe.TileSize, weights.Length)].ToArray();
                var mean = tile.Average();
                for (var k = 0; k < tile.Length; k++)
                    tile[k] -= mean;
                _thresholds[t] = L1Ball.Threshold(tile, ((1L << axe.AccumulatorBits) - 2) / (double)axe.Activations.Span);
            }
        }

        public double Shrink(int column, double value)
        {
            var theta = _thresholds[column / _axe.TileSize];
            return theta == 0 ? value : Math.Sign(value) * Math.Max(Math.Abs(value) - theta, 0);
        }

        public (int Min, int Max) Allowed(int column)
        {
            var (p, n) = (_positive[column / _axe.TileSize], _negative[column / _axe.TileSize]);
            var (mu, nu) = _axe.Activations;
            if (_axe.Centred)
            {
                var left = AccumulatorBounds.CentredBudget(_axe.AccumulatorBits, _axe.Activations) - p + n;
                return (-Saturated(left), Saturated(left));
            }
            var reach = (1L << (_axe.AccumulatorBits - 1)) - 1;
            // The first tile's accumulator starts from the bias; a centred one starts where it has to.
            var start = column < _axe.TileSize ? _start : 0;
            var above = reach - start - ((nu * p) + (mu * n));  // room of the largest sum
            var below = reach + start + ((mu * p) + (nu * n));  // room of the smallest sum
            var up = above / nu;
            var down = below / nu;
            if (mu < 0)
            {
                up = Math.Min(up, below / -mu);
                down = Math.Min(down, above / -mu);
            }
            return (-Saturated(down), Saturated(up));
        }

        public void Commit(int column, int code)
        {
            if (code > 0)
                _positive[column / _axe.TileSize] += code;
            else
                _negative[column / _axe.TileSize] += code;
        }

        public void Release(int column, int code)
        {
            if (code > 0)
                _positive[column / _axe.TileSize] -= code;
            else
                _negative[column / _axe.TileSize] -= code;
        }

        private static int Saturated(long value) => (int)Math.Clamp(value, 0, int.MaxValue);
    }
}
