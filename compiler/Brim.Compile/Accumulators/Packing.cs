using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// How one multiply-accumulate instruction performs several multiplications: both operands are sums of fields at fixed bit offsets, so
/// the product is a sum of lanes.
/// </summary>
/// <param name="Name">Name in targets, options and reports.</param>
/// <param name="Instruction">Mnemonic.</param>
/// <param name="AccumulatorBits">32 or 64; arithmetic is modulo 2^AccumulatorBits.</param>
/// <param name="OperandBits">Signed bits of a multiplicand: 8, 16 or 32.</param>
/// <param name="Halves">Products the instruction adds up, each of its own taps: 2 for SMLAD, 16 for VMLADAVA, else 1.</param>
/// <param name="WeightFields">Bit offset of each weight in its operand.</param>
/// <param name="ActivationFields">Bit offset of each activation in its operand.</param>
/// <param name="WeightAxis">What the weights of one operand differ in.</param>
public sealed record Packing(
    string Name,
    string Instruction,
    int AccumulatorBits,
    int OperandBits,
    int Halves,
    ImmutableArray<int> WeightFields,
    ImmutableArray<int> ActivationFields,
    PackedAxis WeightAxis)
{
    /// <summary>
    /// True if activation words are stored less 2^(OperandBits - 1), so that the highest field may take the sign bit. Every product then lacks that
    /// times its weight word: a constant, which <see cref="Missing"/> gives back with the start.
    /// </summary>
    public bool IsOffset { get; init; }

    /// <summary>Multiplications of one instruction.</summary>
    public int Multiplications => Halves * WeightFields.Length * ActivationFields.Length;

    /// <summary>The lanes, lowest first. Products with equal offsets share a lane (a polynomial product).</summary>
    public ImmutableArray<Lane> Lanes
    {
        get
        {
            var products = from w in Enumerable.Range(0, WeightFields.Length)
                           from a in Enumerable.Range(0, ActivationFields.Length)
                           group (w, a) by WeightFields[w] + ActivationFields[a] into lane
                           orderby lane.Key
                           select lane;
            var ordered = products.ToArray();
            return [.. ordered.Select((lane, i) => new Lane(
                lane.Key,
                (i + 1 < ordered.Length ? ordered[i + 1].Key : AccumulatorBits) - lane.Key,
                [.. lane]))];
        }
    }

    /// <summary>True if symmetric weights up to <paramref name="weightLimit"/> fit the signed operand.</summary>
    public bool WeightsFit(long weightLimit) =>
        WeightFields.Sum(f => weightLimit << f) <= (1L << (OperandBits - 1)) - 1;

    /// <summary>True if activations up to <paramref name="bound"/> fit the signed operand.</summary>
    public bool ActivationsFit(long bound) =>
        ActivationFields.Sum(f => bound << f) <= (1L << (OperandBits - (IsOffset ? 0 : 1))) - 1;

    /// <summary>The weight operand.</summary>
    public uint WeightWord(ReadOnlySpan<int> weights) => Word(weights, WeightFields);

    /// <summary>The activation operand.</summary>
    public uint ActivationWord(ReadOnlySpan<int> activations) => Word(activations, ActivationFields) ^ (IsOffset ? 1u << (OperandBits - 1) : 0);

    /// <summary>What the products of a weight operand lack because activations are offset, modulo the accumulator.</summary>
    /// <param name="weight">The operand.</param>
    public ulong Missing(uint weight) => IsOffset ? (ulong)(((long)((int)weight << (32 - OperandBits)) >> (32 - OperandBits)) << (OperandBits - 1)) : 0;

    private static uint Word(ReadOnlySpan<int> values, ImmutableArray<int> fields)
    {
        var word = 0u;
        for (var i = 0; i < fields.Length; i++)
            word += (uint)values[i] << fields[i];
        return word;
    }
}
