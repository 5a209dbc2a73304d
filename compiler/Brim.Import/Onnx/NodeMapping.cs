using System.Collections.Immutable;

namespace Brim.Import.Onnx;

/// <summary>How one operator of the format becomes nodes of the graph.</summary>
/// <param name="operatorName">Operator type, in the standard set unless <paramref name="isQonnx"/>.</param>
/// <param name="attributes">Attributes whose meaning is known; any other one is reported.</param>
/// <param name="isQonnx">True for the operators of QONNX.</param>
internal abstract class NodeMapping(string operatorName, ImmutableArray<string> attributes, bool isQonnx = false)
{
    /// <summary>Operator type.</summary>
    public string Name { get; } = operatorName;

    /// <summary>Known attributes.</summary>
    public ImmutableArray<string> Attributes { get; } = attributes;

    /// <summary>True for the operators of QONNX.</summary>
    public bool IsQonnx { get; } = isQonnx;

    /// <summary>
    /// Defines the node's results. Reports every reason for which it cannot, and then returns without defining them.
    /// </summary>
    public abstract void Map(NodeContext context);
}
