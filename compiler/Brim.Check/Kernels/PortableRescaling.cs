using Brim.Check.Proofs;
using Brim.Check.Source;
using Brim.Core.IR.Ops;

namespace Brim.Check.Kernels;

/// <summary>A <c>brim_requantization</c>: the model's own factors, so they must be the certified ones.</summary>
internal sealed class PortableRescaling : Rescaling
{
    private readonly ConstantArray _multiplier;
    private readonly ConstantArray _shift;
    private readonly bool _isPerChannel;
    private readonly Requantization[] _schemes;
    private readonly (long ZeroPoint, long Low, long High) _codes;

    public PortableRescaling(ParameterSet p, int outputs)
    {
        _isPerChannel = p.Integer("output.per_channel", 0, 1) == 1;
        _multiplier = p.Array("output.multiplier", _isPerChannel ? outputs : 1);
        _shift = p.Array("output.shift", _isPerChannel ? outputs : 1);
        _codes = (p.Integer("output.zero_point"), p.Integer("output.act_min"), p.Integer("output.act_max"));
        _schemes = p.Integer("output.scheme", 0, 3) switch
        {
            0 => [Requantization.TfLiteDouble],
            // A power of two is the fraction one half, for which one rounding of the product is one rounding shift.
            1 => [Requantization.Single, Requantization.PowerOfTwo],
            2 => [Requantization.PowerOfTwo],
            _ => [Requantization.OnnxFloat],
        };
    }

    /// <inheritdoc/>
    public override bool IsFolded => false;

    /// <inheritdoc/>
    public override long IdleExponent => 0;

    /// <inheritdoc/>
    public override (long Multiplier, long Exponent) Factor(int output) =>
        (_multiplier.Values[_isPerChannel ? output : 0], _shift.Values[_isPerChannel ? output : 0]);

    /// <inheritdoc/>
    public override long? Code(int output, long sum) => null;

    /// <inheritdoc/>
    public override bool Agrees(CertifiedRescaling certified) =>
        _schemes.Contains(certified.Scheme) && _codes == (certified.ZeroPoint, certified.Low, certified.High);
}
