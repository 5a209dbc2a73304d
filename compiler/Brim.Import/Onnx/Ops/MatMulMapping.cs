using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>MatMul of an activation [.., K] and a constant matrix [K, N].</summary>
internal sealed class MatMulMapping() : NodeMapping("MatMul", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 2) || context.ConstantFloats(1, "right operand") is null)
            return;
        var (x, w) = (context.Input(0), context.Input(1));
        if (x.IsConstant || w.Shape.Rank != 2 || x.Shape.Rank < 1 || x.Shape[-1] != w.Shape[0])
        {
            context.Report(ImportDiagnostics.BadOperands, $"{x} [{x.Shape}] and {w} [{w.Shape}] must be an activation [.., K] and a constant [K, N]");
            return;
        }
        var transposed = context.Session.Evaluate(new Transpose([1, 0]), [w.Constant!], context.Location);
        var codes = w.Codes is null ? null : context.Session.Evaluate(new Transpose([1, 0]), [w.Codes], context.Location, 1 - w.Codes.Type.Quant!.Axis);
        // Scales along the rows of the matrix do not belong to outputs.
        if (codes is { Type.Quant: { IsPerTensor: false, Axis: not 0 } })
            codes = null;
        if (transposed is not null)
            context.SetPlain(MatrixProduct.Add(context, x, w.Name, transposed, codes, null));
    }
}
