using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Gather of elements of a constant vector: shape arithmetic.</summary>
internal sealed class GatherMapping() : NodeMapping("Gather", ["axis"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 2) || context.Integers(0, "vector") is not { } data || context.Integers(1, "indices") is not { } indices)
            return;
        if (context.Input(0).Shape.Rank != 1 || context.Axis(context.Int("axis", 0), 1) is null || indices.Any(i => i < -data.Length || i >= data.Length))
        {
            context.Report(ImportDiagnostics.BadOperands, $"indices [{string.Join(',', indices)}] into {context.Input(0)} [{context.Input(0).Shape}], which must be a vector");
            return;
        }
        context.SetConstant(Tensor.FromWideCodes(new TensorType(ElementType.Int64, context.Input(1).Shape),
            [.. indices.Select(i => data[(int)(i < 0 ? i + data.Length : i)])]));
    }
}
