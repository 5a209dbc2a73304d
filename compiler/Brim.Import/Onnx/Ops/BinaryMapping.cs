using System.Collections.Immutable;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Add, Sub and Mul with broadcasting; on constants they are computed.</summary>
internal abstract class BinaryMapping(string name, Func<BinaryElementwise> op) : NodeMapping(name, [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(2, 2) && !IsFused(context))
            Elementwise.Binary(context, op(), context.Input(0), context.Input(1));
    }

    /// <summary>True if the node became part of the one before it.</summary>
    protected virtual bool IsFused(NodeContext context) => false;
}
