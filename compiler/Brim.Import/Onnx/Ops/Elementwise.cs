using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Brings operands into one storage order, so that an operator on elements needs no other.</summary>
internal static class Elementwise
{
    /// <summary>Applies an operator to one operand in whatever order it lies.</summary>
    public static void Unary(NodeContext context, Op op, OnnxValue x)
    {
        if (!context.IsFloat(x))
            return;
        if (x.Constant is { } constant)
            context.SetConstant(context.Session.Evaluate(op, [constant], context.Location));
        else
            context.Set(context.Add(op, x.Id), x.Shape, x.Order, x.Image);
    }

    /// <summary>Applies an operator to two operands with broadcasting.</summary>
    public static void Binary(NodeContext context, Op op, OnnxValue a, OnnxValue b)
    {
        var session = context.Session;
        if (a.Constant is { } p && b.Constant is { } q)
        {
            if (p.Type.Element == q.Type.Element && p.Type.Element.Kind != ElementKind.Boolean)
            {
                var product = session.Evaluate(op, [p, q], context.Location);
                // Scaled 64-bit codes stay codes.
                context.SetConstant(product, op is Mul && a.Codes is { Type.Element.Bits: 64 } codes && product?.Type.Shape == codes.Type.Shape ? codes : null);
            }
            else
                context.Report(ImportDiagnostics.UnsupportedOnnxType, $"{a} and {b} are {p.Type.Element} and {q.Type.Element}");
            return;
        }
        if (!context.IsFloat(a) || !context.IsFloat(b))
            return;
        if (CommonOrder(a, b) is { } common)
        {
            var result = Broadcast(a.Shape, b.Shape);
            var id = context.Add(op, In(context, a, common), In(context, b, common));
            if (id is not null && result is { } shape)
                context.Set(id, shape, common.Order, common.Image);
            return;
        }
        context.SetPlain(context.Add(op, session.Plain(a, context.Location), session.Plain(b, context.Location)));
    }

    /// <summary>A constant as it must lie to be combined with another value in that value's order; null if it cannot.</summary>
    public static Tensor? InOrderOf(NodeContext context, Tensor constant, OnnxValue other)
    {
        var session = context.Session;
        if (constant.Type.Shape.ElementCount == 1)
        {
            // One element: all its dimensions are 1, and a vector of it broadcasts in any order.
            return constant.WithType(constant.Type with { Shape = constant.Type.Shape.Rank <= 1 ? constant.Type.Shape : [1], Quant = null });
        }
        if (other.Order == StorageOrder.Plain)
            return constant;
        if (other.Order == StorageOrder.FlatChannelsLast)
        {
            var i = other.Image;
            var n = constant.Type.Shape.ElementCount / i.ElementCount;
            if (constant.Type.Shape.Rank > 2 || constant.Type.Shape[-1] != i.ElementCount)
                return null;
            var image = constant.WithType(constant.Type with { Shape = [(int)n, i[0], i[1], i[2]] });
            return session.Evaluate(new Transpose([0, 2, 3, 1]), [image], context.Location) is { } t
                ? t.WithType(t.Type with { Shape = constant.Type.Shape })
                : null;
        }
        if (constant.Type.Shape.Rank > 4)
            return null;
        Shape full = [.. Enumerable.Repeat(1, 4 - constant.Type.Shape.Rank), .. constant.Type.Shape];
        return session.Evaluate(new Transpose([0, 2, 3, 1]), [constant.WithType(constant.Type with { Shape = full })], context.Location);
    }

    /// <summary>The common shape of two operands; null if there is none.</summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        var dimensions = new int[Math.Max(a.Rank, b.Rank)];
        for (var i = 1; i <= dimensions.Length; i++)
        {
            var (p, q) = (i <= a.Rank ? a[-i] : 1, i <= b.Rank ? b[-i] : 1);
            if (p != q && p != 1 && q != 1)
                return null;
            dimensions[^i] = p == 1 ? q : p;
        }
        return new Shape([.. dimensions]);
    }

    // The operand whose order both can take; null where only the plain order is common.
    private static OnnxValue? CommonOrder(OnnxValue a, OnnxValue b)
    {
        var (lead, other) = !a.IsConstant && a.Order != StorageOrder.Plain ? (a, b) : (b, a);
        if (lead.IsConstant || lead.Order == StorageOrder.Plain)
            return null;
        var fits = lead.Order == StorageOrder.ChannelsLast
            ? other.IsConstant ? other.Shape.Rank <= 4 : other.Shape.Rank == 4
            : other.IsConstant
                ? other.Shape.ElementCount == 1 && other.Shape.Rank <= 2 || (other.Shape.Rank is 1 or 2 && other.Shape[-1] == lead.Image.ElementCount)
                : other.Order == lead.Order && other.Image == lead.Image;
        return fits ? lead : null;
    }

    private static int? In(NodeContext context, OnnxValue value, OnnxValue common)
    {
        if (value.Constant is { } constant)
        {
            return InOrderOf(context, constant, common) is { } t
                ? context.Session.AddConstant(value.Name, t, value.Codes is { } codes ? InOrderOf(context, codes, common) is { } c ? Requantized(c, codes) : null : null)
                : null;
        }
        return common.Order == StorageOrder.ChannelsLast ? context.Session.ChannelsLast(value, context.Location) : value.Id;
    }

    // Moving elements keeps one scale a tensor; scales per channel are not kept.
    private static Tensor? Requantized(Tensor moved, Tensor codes) =>
        codes.Type.Quant is { IsPerTensor: true } quant ? moved.WithType(moved.Type with { Quant = quant }) : null;
}
