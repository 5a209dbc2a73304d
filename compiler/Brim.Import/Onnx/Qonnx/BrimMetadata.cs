using System.Globalization;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// What this compiler notes in a QONNX file beside the published operators: that the network computes in integers, and how each layer's
/// accumulators become codes. Other tools read the same network with real numbers and ignore the notes.
/// </summary>
internal sealed class BrimMetadata
{
    /// <summary>Key whose value <see cref="Integer"/> says that every operator computes on codes.</summary>
    public const string ArithmeticKey = "brim.arithmetic";

    /// <summary>Value of <see cref="ArithmeticKey"/>.</summary>
    public const string Integer = "integer";

    /// <summary>Prefix of the keys that give a node's <see cref="Requantization"/>; the node's name follows.</summary>
    public const string RequantizationPrefix = "brim.requantization/";

    /// <summary>Prefix of the keys that name an input or output whose values are codes; the value is their element type.</summary>
    public const string CodesPrefix = "brim.codes/";

    /// <summary>Prefix of the keys that give scales which are no float32 values; the name of the scale tensor follows.</summary>
    public const string ScalesPrefix = "brim.scales/";

    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);

    /// <summary>Reads a file's metadata.</summary>
    public BrimMetadata(IEnumerable<StringStringEntryProto> properties)
    {
        foreach (var property in properties)
            _properties.TryAdd(property.Key, property.Value);
    }

    /// <summary>True if this compiler wrote the file from an integer graph: operators compute on codes.</summary>
    public bool IsInteger => _properties.GetValueOrDefault(ArithmeticKey) == Integer;

    /// <summary>How a node's accumulators become codes; the default of networks that this compiler quantizes where nothing is noted.</summary>
    public Requantization RequantizationOf(string node) =>
        _properties.TryGetValue(RequantizationPrefix + node, out var name) && Enum.TryParse(name, false, out Requantization scheme) && Enum.IsDefined(scheme)
            ? scheme
            : Requantization.Single;

    /// <summary>True if an input or output consists of codes.</summary>
    public bool IsCodes(string name) => IsInteger && _properties.ContainsKey(CodesPrefix + name);

    /// <summary>The scales of a tensor as they were before they became float32; null where none are noted, or other ones than the file's.</summary>
    public double[]? ScalesOf(string tensor, float[] stored)
    {
        if (!_properties.TryGetValue(ScalesPrefix + tensor, out var text))
            return null;
        var scales = text.Split(' ').Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var s) ? s : double.NaN).ToArray();
        // Whoever edited the scales in between knows nothing of the note.
        return scales.Length == stored.Length && scales.Zip(stored).All(p => (float)p.First == p.Second) ? scales : null;
    }
}
