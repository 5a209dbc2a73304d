namespace Brim.Compile.Program;

/// <summary>One field of a <see cref="CStruct"/>; exactly one of the values is used.</summary>
public sealed record CField
{
    private CField(string name) => Name = name;

    /// <summary>Field name.</summary>
    public string Name { get; }

    /// <summary>Value of an integer field.</summary>
    public long Integer { get; private init; }

    /// <summary>Target of a pointer field.</summary>
    public ConstantData? Array { get; private init; }

    /// <summary>Value of a structure field.</summary>
    public CStruct? Structure { get; private init; }

    /// <summary>An integer field.</summary>
    public static CField Of(string name, long value) => new(name) { Integer = value };

    /// <summary>Type to which the address of the array is converted, e.g. <c>const brim_lanes_channel *</c>; null for the array's own.</summary>
    public string? PointerType { get; private init; }

    /// <summary>A pointer to a constant array.</summary>
    /// <param name="name">Field name.</param>
    /// <param name="array">The array.</param>
    /// <param name="pointerType">Type of the field if it is not a pointer to the array's elements: structures of such elements.</param>
    public static CField Of(string name, ConstantData array, string? pointerType = null) => new(name) { Array = array, PointerType = pointerType };

    /// <summary>A nested structure.</summary>
    public static CField Of(string name, CStruct structure) => new(name) { Structure = structure };
}
