using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Gemm: alpha * A * B + beta * C, A an activation, B and C constants, A and B perhaps transposed.</summary>
internal sealed class GemmMapping() : NodeMapping("Gemm", ["alpha", "beta", "transA", "transB"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 3) || context.ConstantFloats(1, "matrix B") is null || (context.Optional(2) is not null && context.ConstantFloats(2, "matrix C") is null))
            return;
        var session = context.Session;
        var (a, b, c) = (context.Input(0), context.Input(1), context.Optional(2));
        if (a.IsConstant || a.Shape.Rank != 2 || b.Shape.Rank != 2)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{a} [{a.Shape}] and {b} [{b.Shape}] must be an activation and a constant of 2 dimensions");
            return;
        }
        if (context.Int("transA", 0) != 0)
        {
            if (context.Add(new Transpose([1, 0]), session.Plain(a, context.Location)) is not { } turned)
                return;
            a = new OnnxValue(a.Name, [a.Shape[1], a.Shape[0]]) { Id = turned };
        }
        var (w, codes) = (b.Constant!, b.Codes);
        if (context.Int("transB", 0) == 0)
        {
            w = session.Evaluate(new Transpose([1, 0]), [w], context.Location);
            codes = codes is null ? null : session.Evaluate(new Transpose([1, 0]), [codes], context.Location, 1 - codes.Type.Quant!.Axis);
        }
        if (w is null)
            return;
        if (a.Shape[1] != w.Type.Shape[1])
        {
            context.Report(ImportDiagnostics.BadOperands, $"rows of {a.Shape[1]} elements for weights of {w.Type.Shape[1]}");
            return;
        }
        if (context.Float("alpha", 1) is not 1 and var alpha)
        {
            if (!session.Budget.Charge(w.Type, context.Location))
                return;
            (w, codes) = (Tensor.FromFloats(w.Type, Array.ConvertAll(w.Floats, v => v * alpha)), null);
        }
        if (codes is { Type.Quant: { IsPerTensor: false, Axis: not 0 } })
            codes = null;
        AddProduct(context, a, b.Name, w, codes, c);
    }

    private static void AddProduct(NodeContext context, OnnxValue a, string name, Tensor w, Tensor? codes, OnnxValue? c)
    {
        var (rows, outputs) = (a.Shape[0], w.Type.Shape[0]);
        if (c is null)
        {
            context.SetPlain(MatrixProduct.Add(context, a, name, w, codes, null));
            return;
        }
        var beta = context.Float("beta", 1);
        Shape result = [rows, outputs];
        if (Elementwise.Broadcast(c.Shape, result) != result)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{c} [{c.Shape}] does not broadcast to [{rows}x{outputs}]");
            return;
        }
        var scaled = beta == 1 ? c.Constant!.Floats : Array.ConvertAll(c.Constant!.Floats, v => v * beta);
        if (c.Shape.ElementCount == 1 || (c.Shape[-1] == outputs && c.Shape.ElementCount == outputs))
        {
            var bias = scaled.Length == outputs ? scaled : [.. Enumerable.Repeat(scaled[0], outputs)];
            var biasCodes = beta == 1 && scaled.Length == outputs ? c.Codes : null;
            var id = context.Session.AddConstant(c.Name, Tensor.FromFloats(new TensorType(ElementType.Float32, [outputs]), bias), biasCodes);
            context.SetPlain(MatrixProduct.Add(context, a, name, w, codes, id));
            return;
        }
        var product = MatrixProduct.Add(context, a, name, w, codes, null);
        context.SetPlain(context.Add(new Add(Activation.None), product, context.Session.AddConstant(c.Name, Tensor.FromFloats(c.Constant.Type, scaled))));
    }
}
