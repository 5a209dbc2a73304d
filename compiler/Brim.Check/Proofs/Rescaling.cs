namespace Brim.Check.Proofs;

/// <summary>How a kernel turns sums into codes, as its parameters and tables say.</summary>
internal abstract class Rescaling
{
    /// <summary>The code of a whole sum; null if the kernel's words overflow on the way.</summary>
    public abstract long? Code(int output, long sum);

    /// <summary>The factor of an output as the constants state it: value = multiplier * 2^(exponent - 31).</summary>
    public abstract (long Multiplier, long Exponent) Factor(int output);

    /// <summary>The exponent that stands beside a multiplier of 0.</summary>
    public abstract long IdleExponent { get; }

    /// <summary>False if the kernel computes the code by the reference's own steps, so that equal constants give equal codes.</summary>
    public virtual bool IsFolded => true;

    /// <summary>True if scheme, zero point and clamps are the certified ones, where they stand as such.</summary>
    public virtual bool Agrees(CertifiedRescaling certified) => true;
}
