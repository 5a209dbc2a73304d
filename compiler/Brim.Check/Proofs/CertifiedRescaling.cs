using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Check.Proofs;

/// <summary>The model's rescaling as the certificate states it.</summary>
/// <param name="Scheme">How to round.</param>
/// <param name="ZeroPoint">Zero point of the codes.</param>
/// <param name="Low">Least code.</param>
/// <param name="High">Greatest code.</param>
/// <param name="Factors">
/// Per output: Q31 multiplier and exponent, value = multiplier * 2^(exponent - 31); for float32 a 24-bit fraction and its exponent.
/// </param>
internal sealed record CertifiedRescaling(Requantization Scheme, int ZeroPoint, int Low, int High, (int Multiplier, int Exponent)[] Factors)
{
    /// <summary>The code of a sum, by the reference arithmetic.</summary>
    public long Code(int output, long sum)
    {
        var (multiplier, exponent) = Factors[output];
        var value = Math.ScaleB(multiplier, Scheme == Requantization.OnnxFloat ? exponent : exponent - 31);
        return new Requantizer(Scheme, value, ZeroPoint, new CodeRange(Low, High)).ToCode((int)sum);
    }
}
