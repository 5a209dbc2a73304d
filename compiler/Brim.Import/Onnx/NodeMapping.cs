using System.Collections.Immutable;

namespace Brim.Import.Onnx;

/// <summary>How one operator of the format becomes nodes of the graph.</summary>
/// <param name="operatorName">Operator type.</param>
/// <param name="attributes">Attributes whose meaning is known; any other one is reported.</param>
/// <param name="set">Operator set that it belongs to.</param>
internal abstract class NodeMapping(string operatorName, ImmutableArray<string> attributes, OperatorSet set = OperatorSet.Standard)
{
    /// <summary>Operator type.</summary>
    public string Name { get; } = operatorName;

    /// <summary>Known attributes.</summary>
    public ImmutableArray<string> Attributes { get; } = attributes;

    /// <summary>Operator set that it belongs to.</summary>
    public OperatorSet Set { get; } = set;

    /// <summary>What the operator does with an operand of codes (<see cref="OnnxValue.CodeType"/>).</summary>
    public virtual CodeUse CodeUse => CodeUse.None;

    /// <summary>
    /// Defines the node's results. Reports every reason for which it cannot, and then returns without defining them.
    /// </summary>
    public abstract void Map(NodeContext context);
}
