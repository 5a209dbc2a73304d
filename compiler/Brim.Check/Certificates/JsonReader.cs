using System.Text.Json;

namespace Brim.Check.Certificates;

/// <summary>Access to JSON that may hold anything: every surprise is a finding about the certificate.</summary>
internal readonly record struct JsonReader(JsonElement Element, string Path)
{
    /// <summary>A member.</summary>
    public JsonReader this[string name] => Optional(name) ?? throw Failure($"has no member '{name}'");

    /// <summary>A member, or null if it is absent or null.</summary>
    public JsonReader? Optional(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw Failure("is no object");
        return Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonReader(value, $"{Path}.{name}") : null;
    }

    /// <summary>A string.</summary>
    public string String() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Failure("is no string");

    /// <summary>A whole number of 64 bits.</summary>
    public long Integer() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var value) ? value : throw Failure("is no whole number of 64 bits");

    /// <summary>A whole number within limits.</summary>
    public int Integer(int least, int greatest) => Integer() is var value && value >= least && value <= greatest ? (int)value : throw Failure($"is not within {least}..{greatest}");

    /// <summary>True or false.</summary>
    public bool Boolean() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Failure("is neither true nor false");

    /// <summary>Elements of an array.</summary>
    public IEnumerable<JsonReader> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw Failure("is no array");
        var path = Path;
        return Element.EnumerateArray().Select((e, i) => new JsonReader(e, FormattableString.Invariant($"{path}[{i}]")));
    }

    /// <summary>An array of whole numbers.</summary>
    public long[] Integers()
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw Failure("is no array");
        var values = new long[Element.GetArrayLength()];
        var i = 0;
        foreach (var e in Element.EnumerateArray())
        {
            if (e.ValueKind != JsonValueKind.Number || !e.TryGetInt64(out values[i++]))
                throw Failure($"holds something else than whole numbers of 64 bits at {i - 1}");
        }
        return values;
    }

    /// <summary>A whole number, or one an input channel.</summary>
    public long[] IntegerOrIntegers() => Element.ValueKind == JsonValueKind.Array && Element.GetArrayLength() > 0 ? Integers() : [Integer()];

    /// <summary>Members of an object.</summary>
    public IEnumerable<(string Name, JsonReader Value)> Members()
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw Failure("is no object");
        var path = Path;
        return Element.EnumerateObject().Select(m => (m.Name, new JsonReader(m.Value, $"{path}.{m.Name}")));
    }

    /// <summary>A finding about this element.</summary>
    public CheckFailure Failure(string message) => CheckFailure.Certificate($"{Path} {message}");
}
