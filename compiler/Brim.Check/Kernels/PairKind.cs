using Brim.Check.Flow;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Form of a pair kernel, from its function's name (smlad_dot.h).</summary>
/// <param name="Packing">Packing: two taps a multiplication, or one.</param>
/// <param name="Rounding">Kind of rescaling.</param>
/// <param name="IsClamped">True if results are brought into act_min..act_max.</param>
internal sealed record PairKind(string Packing, PairRounding Rounding, bool IsClamped)
{
    /// <summary>Scratch bytes of one tap: two of a multiplication share a word.</summary>
    public int TapBytes => Packing == "smlad32" ? 2 : 4;

    /// <summary>The form that a suffix such as <c>_smlad_single_clamped</c> names; null for no pair kernel.</summary>
    public static PairKind? OfSuffix(string suffix)
    {
        var packing = suffix.StartsWith("_smlad", StringComparison.Ordinal) ? "smlad32" : suffix.StartsWith("_mla", StringComparison.Ordinal) ? "wide32" : null;
        return packing is null ? null : suffix[(packing == "smlad32" ? "_smlad" : "_mla").Length..] switch
        {
            "" => new(packing, PairRounding.Linear, false),
            "_relu" => new(packing, PairRounding.Relu, false),
            "_clamped" => new(packing, PairRounding.Linear, true),
            "_single" => new(packing, PairRounding.Single, false),
            "_single_clamped" => new(packing, PairRounding.Single, true),
            _ => null,
        };
    }

    /// <summary>Codes of the results.</summary>
    public CodeSpan Codes(ParameterSet p, string path) =>
        IsClamped ? new CodeSpan(-128, 127).Clamp(p.Integer(path + "act_min"), p.Integer(path + "act_max")) : new CodeSpan(-128, 127);
}

/// <summary>Kinds of rescaling of the pair kernels.</summary>
internal enum PairRounding
{
    /// <summary>Two roundings, ties of negative results up.</summary>
    Relu,

    /// <summary>Two roundings.</summary>
    Linear,

    /// <summary>One rounding.</summary>
    Single,
}
