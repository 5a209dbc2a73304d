using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Operators on pairs of constants that the graph has no counterpart for.</summary>
internal static class ConstantArithmetic
{
    /// <summary>Defines the node's result; the integer operation gives null where it is not defined.</summary>
    public static void Fold(NodeContext context, Func<double, double, double> real, Func<long, long, long?> integer)
    {
        var (a, b) = (context.Input(0).Constant, context.Input(1).Constant);
        if (a is null || b is null)
        {
            context.Report(ImportDiagnostics.NotConstant, $"both operands of {context.OpType} must be constants");
            return;
        }
        if (a.Type.Element != b.Type.Element || a.Type.Element.Kind == ElementKind.Boolean)
        {
            context.Report(ImportDiagnostics.UnsupportedOnnxType, $"{context.Input(0)} and {context.Input(1)} are {a.Type.Element} and {b.Type.Element}");
            return;
        }
        // One of them has one element in every model that computes scales this way.
        if (a.Type.Shape != b.Type.Shape && a.Type.Shape.ElementCount != 1 && b.Type.Shape.ElementCount != 1)
        {
            context.Report(ImportDiagnostics.BadOperands, $"[{a.Type.Shape}] and [{b.Type.Shape}] are neither equal nor has one of them a single element");
            return;
        }
        if (Elementwise.Broadcast(a.Type.Shape, b.Type.Shape) is not { } shape)
            return;
        var type = new TensorType(a.Type.Element, shape);
        if (!context.Session.Budget.Charge(type, context.Location))
            return;
        var result = Tensor.Zeros(type);
        for (var i = 0; i < shape.ElementCount; i++)
        {
            var (p, q) = (a.Type.Shape.ElementCount == 1 ? 0 : i, b.Type.Shape.ElementCount == 1 ? 0 : i);
            if (type.Element.IsFloat)
                result.Floats[i] = (float)real(a.Floats[p], b.Floats[q]);
            else if (integer(a.CodeAt(p), b.CodeAt(q)) is not { } value)
            {
                context.Report(ImportDiagnostics.BadConstant, $"{context.OpType} of {a.CodeAt(p)} and {b.CodeAt(q)} is not defined");
                return;
            }
            else if (type.Element.Bits == 64)
                result.WideCodes[i] = value;
            else
                result.Codes[i] = (int)value;
        }
        context.SetConstant(result);
    }
}
