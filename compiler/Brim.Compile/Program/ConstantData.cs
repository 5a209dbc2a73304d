using System.Collections.Immutable;

namespace Brim.Compile.Program;

/// <summary>A constant array of the generated library: weights in a kernel's layout, biases, tables.</summary>
/// <param name="Name">C identifier without the model prefix, unique within the program.</param>
/// <param name="Element">Element type in C.</param>
/// <param name="Values">Elements.</param>
/// <param name="Role">What it is, for the manifest and the memory map: <c>weights</c>, <c>bias</c>, <c>requantization</c>, <c>table</c>.</param>
/// <param name="Alignment">Alignment in bytes, a power of two.</param>
public sealed record ConstantData(string Name, CElement Element, ImmutableArray<long> Values, string Role, int Alignment = 4)
{
    /// <summary>Size in flash.</summary>
    public long Bytes => Values.Length * (long)Element.Bytes();
}
