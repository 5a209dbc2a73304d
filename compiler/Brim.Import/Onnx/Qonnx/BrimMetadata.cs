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

    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);

    /// <summary>Reads a file's metadata.</summary>
    public BrimMetadata(IEnumerable<StringStringEntryProto> properties)
    {
        foreach (var property in properties)
            _properties.TryAdd(property.Key, property.Value);
    }

    /// <summary>True if this compiler wrote the file from an integer graph: inputs and outputs are codes, and operators compute on codes.</summary>
    public bool IsInteger => _properties.GetValueOrDefault(ArithmeticKey) == Integer;

    /// <summary>How a node's accumulators become codes; the default of networks that this compiler quantizes where nothing is noted.</summary>
    public Requantization RequantizationOf(string node) =>
        _properties.TryGetValue(RequantizationPrefix + node, out var name) && Enum.TryParse(name, false, out Requantization scheme) && Enum.IsDefined(scheme)
            ? scheme
            : Requantization.Single;
}
