namespace Brim.Compile.Accumulators;

/// <summary>
/// Exact range of a running sum of products w * u over all inputs 0 &lt;= u &lt;= U. Both ends are reached: u = U where w is
/// positive (or negative) and 0 elsewhere. Low &lt;= 0 &lt;= High.
/// </summary>
/// <param name="Low">-sum of U * |w| over negative weights.</param>
/// <param name="High">Sum of U * w over positive weights.</param>
public readonly record struct LaneRange(long Low, long High)
{
    /// <summary>Number of values in the range, less one: U * (S+ + S-).</summary>
    public long Width => High - Low;

    /// <summary>
    /// Value a lane must start at so that it never leaves [0, 2^bits): the largest amount its negative products can take away.
    /// A lane started there is read as an unsigned field and never borrows from its neighbour.
    /// </summary>
    public long Start => -Low;

    /// <summary>The range of one product.</summary>
    /// <param name="weight">Signed code.</param>
    /// <param name="bound">Greatest activation, 0 or more.</param>
    public static LaneRange Of(long weight, long bound) =>
        weight < 0 ? new(weight * bound, 0) : new(0, weight * bound);

    /// <summary>The range of the sum of two sums of different inputs.</summary>
    public static LaneRange operator +(LaneRange a, LaneRange b) => new(a.Low + b.Low, a.High + b.High);

    /// <summary>
    /// True if a lane of this width can hold the sum for every input, started at <see cref="Start"/>. The condition is exact:
    /// width 2^bits already has an input that overflows.
    /// </summary>
    public bool Fits(int bits) => Width <= (1L << bits) - 1;
}
