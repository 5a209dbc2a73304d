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

    /// <summary>A pointer to a constant array.</summary>
    public static CField Of(string name, ConstantData array) => new(name) { Array = array };

    /// <summary>A nested structure.</summary>
    public static CField Of(string name, CStruct structure) => new(name) { Structure = structure };
}
