namespace Brim.Check.Proofs;

/// <summary>How a kernel turns sums into codes, as its parameters and tables say.</summary>
internal abstract class Rescaling
{
    /// <summary>The code of a whole sum; null if the kernel's words overflow on the way.</summary>
    public abstract long? Code(int output, long sum);

    /// <summary>True if the constants are literally the certified ones, so that nothing needs to be evaluated.</summary>
    public virtual bool Equals(int output, CertifiedRescaling certified) => false;

    /// <summary>True if codes can be compared one by one; false where only equal constants are accepted.</summary>
    public virtual bool CanEvaluate => true;
}
