using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>C types of activation tensors.</summary>
internal static class CTypes
{
    /// <summary>The array element type that stores an integer element, one storage unit each.</summary>
    public static CElement Of(ElementType element) => (element.StorageBytes, element.IsSigned) switch
    {
        (1, true) => CElement.Int8,
        (1, false) => CElement.UInt8,
        (2, true) => CElement.Int16,
        (2, false) => CElement.UInt16,
        (4, true) => CElement.Int32,
        (4, false) => CElement.UInt32,
        _ => CElement.Int64,
    };

    /// <summary>Type name in the public header; floats cross the border as <c>float</c>.</summary>
    public static string PublicName(ElementType element) => element.IsFloat ? "float" : Of(element).CName();
}
