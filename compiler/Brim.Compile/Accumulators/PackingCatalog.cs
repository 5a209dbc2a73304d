using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>The packings the compiler knows, in no order of preference: the planner chooses by cost.</summary>
public static class PackingCatalog
{
    /// <summary>One product a multiply-accumulate: the 32-bit accumulator everything is measured against.</summary>
    public static Packing Wide32 { get; } = new("wide32", "mla", 32, 32, 1, [0], [0], PackedAxis.Channels);

    /// <summary>Two channels in 16-bit lanes.</summary>
    public static Packing Dual16 { get; } = new("dual16", "mla", 32, 32, 1, [0, 16], [0], PackedAxis.Channels);

    /// <summary>Two pixels in 16-bit lanes.</summary>
    public static Packing Dual16Pixels { get; } = new("dual16-pixels", "mla", 32, 32, 1, [0], [0, 16], PackedAxis.Channels);

    /// <summary>Three taps of a row in lanes of 10, 10 and 12 bits.</summary>
    public static Packing Triple10 { get; } = new("triple10", "mul", 32, 32, 1, [0, 10, 20], [0], PackedAxis.Taps);

    /// <summary>Two taps, one 32-bit accumulator.</summary>
    public static Packing Smlad32 { get; } = new("smlad32", "smlad", 32, 16, 2, [0], [0], PackedAxis.Channels);

    /// <summary>Two channels in each halfword: lanes of 12 and 20 bits, weights of 4 bits.</summary>
    public static Packing SmladDual { get; } = new("smlad-dual", "smlad", 32, 16, 2, [0, 12], [0], PackedAxis.Channels);

    /// <summary>Two pixels in each halfword, activations of 4 bits: lanes of 12 and 20 bits, weights of any width.</summary>
    public static Packing SmladPixels { get; } =
        new("smlad-pixels", "smlad", 32, 16, 2, [0], [0, 12], PackedAxis.Channels) { IsOffset = true };

    /// <summary>Two channels by two pixels in 64 bits, activations of 6 bits: lanes of 13, 13, 13 and 25 bits, weights of any width.</summary>
    public static Packing SmlalQuad { get; } = SmlalQuadSpaced(13);

    /// <summary>The same with fields 12 bits apart for activations of 8 bits, or 14 for 4 bits.</summary>
    public static Packing SmlalQuadSpaced(int spacing) =>
        new("smlal-quad", "smlal", 64, 32, 1, [0, spacing], [0, 2 * spacing], PackedAxis.Channels) { IsOffset = true };

    /// <summary>
    /// Three taps of a row by three neighbouring pixels, as polynomials in 2^12: nine multiplications into five lanes. Weights and
    /// activations up to 127.
    /// </summary>
    public static Packing SmlalRows { get; } =
        new("smlal-rows", "smlal", 64, 32, 1, [0, 12, 24], [0, 12, 24], PackedAxis.Taps);

    /// <summary>The same in 2^13, for weights up to 31 and activations up to 63: lanes of twice the size.</summary>
    public static Packing SmlalRows13 { get; } =
        SmlalRows with { WeightFields = [0, 13, 26], ActivationFields = [0, 13, 26], IsOffset = true };

    /// <summary>
    /// Two neighbouring pixels in lanes of 16 bits, weights and activations of any width up to 8 bits. Three weights of a row meet both in one SMLAL and
    /// one MLA, where the outer lanes are carried over to the pixels beside them.
    /// </summary>
    public static Packing SmlalPixels { get; } = new("smlal-pixels", "smlal", 32, 32, 1, [0], [0, 16], PackedAxis.Channels);

    /// <summary>Sixteen taps of a vector, one 32-bit accumulator: weights and activations fill their eight bits, so there is one lane.</summary>
    public static Packing MveS8 { get; } = new("mve-s8", "vmladava.s8", 32, 8, 16, [0], [0], PackedAxis.Channels);

    /// <summary>All of them; those that differ in the distance of their fields only have one name.</summary>
    public static ImmutableArray<Packing> All { get; } =
        [Wide32, Dual16, Dual16Pixels, Triple10, Smlad32, SmladDual, SmladPixels, SmlalQuad, SmlalRows, SmlalRows13, SmlalPixels, MveS8];
}
