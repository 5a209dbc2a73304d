namespace Brim.Check.Source;

/// <summary>Reads the emitted data file: definitions of constant arrays.</summary>
internal static class DataFile
{
    /// <summary>The arrays by name.</summary>
    /// <exception cref="CheckFailure">The file holds anything else, or an array is not as long as it says.</exception>
    public static Dictionary<string, ConstantArray> Parse(string file, string text)
    {
        var reader = new TokenReader(file, text);
        var arrays = new Dictionary<string, ConstantArray>(StringComparer.Ordinal);
        while (!reader.AtEnd)
        {
            var array = Array(reader, file);
            if (!arrays.TryAdd(array.Name, array))
                throw reader.Failure($"'{array.Name}' is defined twice");
        }
        return arrays;
    }

    private static ConstantArray Array(TokenReader reader, string file)
    {
        reader.Expect("const");
        var type = reader.Name();
        if (ConstantArray.FormatOf(type) is not var (bits, isSigned))
            throw reader.Failure($"unknown element type '{type}'");
        var name = reader.Name();
        reader.Expect("[");
        var count = reader.Number();
        reader.Expect("]");
        if (reader.TryTake("__attribute__"))
            SkipAttribute(reader);
        reader.Expect("=");
        reader.Expect("{");
        var least = isSigned ? bits == 64 ? long.MinValue : -(1L << (bits - 1)) : 0;
        var greatest = isSigned ? bits == 64 ? long.MaxValue : (1L << (bits - 1)) - 1 : (1L << bits) - 1;
        var values = new List<long>();
        while (!reader.TryTake("}"))
        {
            var value = reader.Integer();
            if (value < least || value > greatest)
                throw reader.Failure($"{value} does not fit {type}");
            values.Add(value);
            if (!reader.TryTake(",") && !reader.Is("}"))
                throw reader.Failure("expected ',' or '}'");
        }
        reader.Expect(";");
        return values.Count == count
            ? new ConstantArray(file, name, type, [.. values])
            : throw reader.Failure($"'{name}' has {values.Count} elements, not the {count} of its declaration");
    }

    private static void SkipAttribute(TokenReader reader)
    {
        reader.Expect("(");
        reader.Expect("(");
        reader.Expect("aligned");
        reader.Expect("(");
        reader.Number();
        reader.Expect(")");
        reader.Expect(")");
        reader.Expect(")");
    }
}
