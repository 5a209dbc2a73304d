using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Constant.</summary>
internal sealed class ConstantMapping() : NodeMapping("Constant", ["value", "value_float", "value_floats", "value_int", "value_ints"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(0, 0))
            return;
        if (context.TensorOf("value") is { } tensor)
            context.SetConstant(context.Session.Tensors.Read(tensor, context.Location));
        else if (context.Has("value_float"))
            context.SetConstant(Tensor.FromFloats(new TensorType(ElementType.Float32, Shape.Scalar), [context.Float("value_float", 0)]));
        else if (context.Has("value_int"))
            context.SetConstant(Tensor.FromWideCodes(new TensorType(ElementType.Int64, Shape.Scalar), [context.Int("value_int", 0)]));
        else if (context.Floats("value_floats") is { } floats)
            context.SetConstant(Tensor.FromFloats(new TensorType(ElementType.Float32, [floats.Length]), [.. floats]));
        else if (context.Ints("value_ints") is { } ints)
            context.SetConstant(Tensor.FromWideCodes(new TensorType(ElementType.Int64, [ints.Length]), [.. ints]));
        else
            context.Report(ImportDiagnostics.BadConstant, "the node states no value");
    }
}
