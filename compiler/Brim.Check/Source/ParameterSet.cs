namespace Brim.Check.Source;

/// <summary>A field of a parameter structure: an integer, or the name of an array.</summary>
internal readonly record struct ParameterValue(long Number, string? Array)
{
    public override string ToString() => Array ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A parameter structure of a call, its nested fields by path (<c>filter.steps</c>).</summary>
/// <param name="Type">C type.</param>
/// <param name="Fields">Values in the order of the source.</param>
/// <param name="Arrays">The library's arrays.</param>
internal sealed record ParameterSet(string Type, Dictionary<string, ParameterValue> Fields, IReadOnlyDictionary<string, ConstantArray> Arrays)
{
    /// <summary>Greatest extent, stride or count that is taken for real.</summary>
    public const int Limit = 1 << 24;

    /// <summary>An integer field.</summary>
    public long Integer(string path) => Fields.TryGetValue(path, out var value) && value.Array is null
        ? value.Number
        : throw CheckFailure.Code($"{Type} has no integer '{path}'");

    /// <summary>An integer field within limits.</summary>
    public int Integer(string path, int least, int greatest) => Integer(path) is var value && value >= least && value <= greatest
        ? (int)value
        : throw CheckFailure.Words($"{path} = {value} is not within {least}..{greatest}");

    /// <summary>An extent: at least 1.</summary>
    public int Extent(string path) => Integer(path, 1, Limit);

    /// <summary>The array that a pointer field names.</summary>
    public ConstantArray Array(string path) =>
        OptionalArray(path) ?? throw CheckFailure.Code($"{Type} has no array '{path}'");

    /// <summary>The array that a pointer field names; null for a null pointer.</summary>
    public ConstantArray? OptionalArray(string path)
    {
        if (!Fields.TryGetValue(path, out var value))
            throw CheckFailure.Code($"{Type} has no field '{path}'");
        if (value.Array is null)
            return value.Number == 0 ? null : throw CheckFailure.Words($"{path} = {value.Number} is no array");
        return Arrays.TryGetValue(value.Array, out var array) ? array : throw CheckFailure.Code($"'{value.Array}' is not defined");
    }

    /// <summary>An array of a length that the other parameters imply.</summary>
    public ConstantArray Array(string path, long length) => Array(path) is var array && array.Values.Length == length
        ? array
        : throw CheckFailure.Words($"'{array.Name}' has {array.Values.Length} elements, the layer needs {length}");
}
