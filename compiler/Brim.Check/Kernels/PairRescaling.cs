using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>The rescaling of the pair kernels: the doubled sum's high product, shifted, saturated to a byte (smlad_dot.h).</summary>
/// <param name="kind">Form.</param>
/// <param name="p">Parameters.</param>
/// <param name="path">Where out_offset and the clamps lie in them.</param>
/// <param name="constants">Multiplier, and right shift less one, of an output.</param>
internal sealed class PairRescaling(PairKind kind, ParameterSet p, string path, Func<int, (long Multiplier, long Shift)> constants) : Rescaling
{
    private readonly long _offset = p.Integer(path + "out_offset");
    private readonly CodeSpan _codes = kind.Codes(p, path);

    /// <inheritdoc/>
    public override long IdleExponent => -1;

    /// <inheritdoc/>
    public override (long Multiplier, long Exponent) Factor(int output) => constants(output) is var (multiplier, shift) ? (multiplier, -1 - shift) : default;

    /// <inheritdoc/>
    public override long? Code(int output, long sum)
    {
        var (multiplier, shift) = constants(output);
        if (multiplier < 0 || shift > 21)
            return null;
        var (twice, half) = (2 * sum, _offset << (int)shift);
        if (twice is < -(1L << 30) or >= 1L << 30 || half is < int.MinValue or > int.MaxValue)
            return null;
        var product = twice * multiplier;
        var high = kind.Rounding switch
        {
            PairRounding.Single => (product >> 32) + half,
            PairRounding.Linear => ((product + (1L << 31)) >> 32) + half - (twice < 0 ? 1 : 0),
            _ => ((product + (1L << 31)) >> 32) + half,
        };
        if (high is < int.MinValue or > int.MaxValue)
            return null;
        var code = Math.Min(Math.Max(high >> (int)shift >> 1, -128), 127);
        return Math.Min(Math.Max(code, _codes.Low), _codes.High);
    }
}
