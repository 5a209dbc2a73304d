using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Element types as the runtime's kernels name them (<c>enum brim_type</c>).</summary>
internal static class CodeType
{
    /// <summary>True for codes of 1 to 8 bits and signed 16-bit codes: what activations of a quantized network are.</summary>
    public static bool IsCode(ElementType element) => element is { IsInteger: true, Bits: <= 8 } || element == ElementType.Int16;

    /// <summary>True for codes of 1 to 8 bits.</summary>
    public static bool IsByte(ElementType element) => element is { IsInteger: true, Bits: <= 8 };

    /// <summary>The value of <c>enum brim_type</c>.</summary>
    public static int Of(ElementType element) => element switch
    {
        { IsInteger: true, Bits: <= 8, IsSigned: true } => 0,
        { IsInteger: true, Bits: <= 8 } => 1,
        { IsInteger: true, Bits: 16, IsSigned: true } => 2,
        { IsInteger: true, Bits: 32, IsSigned: true } => 3,
        _ => throw new ArgumentException($"kernels have no type for {element}", nameof(element)),
    };

    /// <summary>The array type that stores an element; floats are passed through pointers to 32-bit words.</summary>
    public static CElement StorageOf(ElementType element) => (element.StorageBytes, element.IsSigned) switch
    {
        (1, true) => CElement.Int8,
        (1, false) => CElement.UInt8,
        (2, true) => CElement.Int16,
        (2, false) => CElement.UInt16,
        (4, _) => CElement.Int32,
        _ => CElement.Int64,
    };

    /// <summary>Element values of a constant; the bits of floats.</summary>
    public static ImmutableArray<long> Elements(Tensor tensor) => tensor.Type.Element.IsFloat
        ? [.. tensor.Floats.Select(v => (long)BitConverter.SingleToInt32Bits(v))]
        : [.. Enumerable.Range(0, (int)tensor.Type.Shape.ElementCount).Select(i => tensor.CodeAt(i))];
}
