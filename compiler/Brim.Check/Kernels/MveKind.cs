using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Form of a vector kernel, from its function's name (mve_dot.h).</summary>
/// <param name="IsSingle">True for one rounding.</param>
/// <param name="TiesAway">True if the ties of negative results turn away from zero.</param>
/// <param name="ShiftsLeft">True if channels have a left shift.</param>
/// <param name="IsClamped">True if results are brought into act_min..act_max.</param>
internal sealed record MveKind(bool IsSingle, bool TiesAway, bool ShiftsLeft, bool IsClamped)
{
    private const string Prefix = "_mve";

    /// <summary>Name of the packing: sixteen products in a word.</summary>
    public const string Packing = "mve-s8";

    /// <summary>Words of a channel in the channel stream.</summary>
    public int ChannelWords => ShiftsLeft ? 4 : 3;

    /// <summary>The form that a suffix such as <c>_mve_single_left_clamped</c> names; null for no vector kernel.</summary>
    public static MveKind? OfSuffix(string suffix)
    {
        if (!suffix.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = suffix[Prefix.Length..];
        var isClamped = Cut(ref rest, "_clamped");
        var shiftsLeft = Cut(ref rest, "_left");
        return (rest, isClamped) switch
        {
            ("", _) => new MveKind(false, true, shiftsLeft, isClamped),
            ("_relu", false) => new MveKind(false, false, shiftsLeft, false),
            ("_single", _) => new MveKind(true, false, shiftsLeft, isClamped),
            _ => null,
        };
    }

    /// <summary>Codes of the results. A kernel that does not clamp saturates to bytes.</summary>
    public CodeSpan Codes(ParameterSet p, string path)
    {
        var (low, high) = (p.Integer(path + "act_min"), p.Integer(path + "act_max"));
        if (!IsClamped && (low, high) != (sbyte.MinValue, sbyte.MaxValue))
            throw CheckFailure.Words($"{path}act_min..act_max = {low}..{high}, the function is for all codes");
        return new CodeSpan(sbyte.MinValue, sbyte.MaxValue).Clamp(low, high);
    }

    /// <summary>The rescaling of a channel stream.</summary>
    public Rescaling Rescaling(ParameterSet p, string path, ConstantArray channels) => new MveRescaling(this, p.Integer(path + "out_zero_point"), Codes(p, path), channels);

    private static bool Cut(ref string text, string ending)
    {
        if (!text.EndsWith(ending, StringComparison.Ordinal))
            return false;
        text = text[..^ending.Length];
        return true;
    }
}
