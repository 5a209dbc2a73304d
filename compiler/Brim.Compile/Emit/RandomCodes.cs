using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>
/// Seeded pseudo-random tensors: the linear congruential generator of Numerical Recipes, one step a stored byte, the top byte
/// taken. The same in every version of .NET, so that vectors and reports can be reproduced.
/// </summary>
public sealed class RandomCodes(uint seed)
{
    private uint _state = seed;

    /// <summary>A tensor whose codes are uniform over the element's range; floats are uniform in [-1, 1).</summary>
    public Tensor Tensor(TensorType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var count = (int)type.Shape.ElementCount;
        if (type.Element.IsFloat)
            return Core.IR.Tensor.FromFloats(type, [.. Enumerable.Range(0, count).Select(_ => (float)((Bits(24) / (double)(1 << 23)) - 1))]);
        if (type.Element.Bits == 64)
            return Core.IR.Tensor.FromWideCodes(type, [.. Enumerable.Range(0, count).Select(_ => (long)Bits(32))]);
        var codes = new int[count];
        for (var i = 0; i < count; i++)
            codes[i] = (int)(type.Element.MinCode + (long)Bits(type.Element.Bits));
        return Core.IR.Tensor.FromCodes(type, codes);
    }

    private ulong Bits(int bits)
    {
        ulong value = 0;
        for (var have = 0; have < bits; have += 8)
        {
            _state = unchecked((_state * 1664525u) + 1013904223u);
            value |= (ulong)(_state >> 24) << have;
        }
        return bits % 8 == 0 ? value : value >> (8 - (bits % 8));
    }
}
