using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Emits products of activations with constant matrices.</summary>
internal static class MatrixProduct
{
    /// <summary>Adds x * transposed(w) + bias; the columns of w are reordered if x is a flattened NHWC image.</summary>
    /// <param name="context">The node.</param>
    /// <param name="x">Activation with rows of K elements.</param>
    /// <param name="name">Name of the weights.</param>
    /// <param name="w">Weights [outputs, K].</param>
    /// <param name="codes">Codes of the weights, if the model quantizes them.</param>
    /// <param name="bias">Id of the bias; null if there is none.</param>
    public static int? Add(NodeContext context, OnnxValue x, string name, Tensor w, Tensor? codes, int? bias)
    {
        var session = context.Session;
        int? input = x.Order == StorageOrder.FlatChannelsLast ? x.Id : session.Plain(x, context.Location);
        var weights = x.Order == StorageOrder.FlatChannelsLast ? Reordered(context, w, x.Image) : w;
        if (weights is null)
            return null;
        var id = session.AddConstant(name, weights, codes is not null && x.Order == StorageOrder.FlatChannelsLast ? Reordered(context, codes, x.Image) : codes);
        var op = new FullyConnected(Activation.None, Requantization.Single, x.Shape.Rank != 2);
        return bias is null ? context.Add(op, input, id) : context.Add(op, input, id, bias);
    }

    private static Tensor? Reordered(NodeContext context, Tensor w, Shape image)
    {
        var images = w.WithType(w.Type with { Shape = [w.Type.Shape[0], .. image] });
        return context.Session.Evaluate(new Transpose([0, 2, 3, 1]), [images], context.Location, 0) is { } moved
            ? moved.WithType(moved.Type with { Shape = w.Type.Shape })
            : null;
    }
}
