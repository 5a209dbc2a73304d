using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>
/// BatchNormalization of inference: y = scale * (x - mean) / sqrt(variance + epsilon) + bias for each channel. Folded into the layer
/// before it; where there is none, or its weights are quantized, a product and a sum.
/// </summary>
internal sealed class BatchNormalizationMapping() : NodeMapping("BatchNormalization", ["epsilon", "momentum", "training_mode"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(5, 5))
            return;
        if (context.Int("training_mode", 0) != 0)
        {
            context.UnsupportedOption("training_mode is 1; export the model for inference");
            return;
        }
        var x = context.Input(0);
        if (x.Shape.Rank is not (2 or 4) || !context.IsFloat(x))
        {
            context.Report(ImportDiagnostics.BadOperands, $"{x} [{x.Shape}] must have 2 or 4 dimensions");
            return;
        }
        var channels = x.Shape[1];
        var (scale, bias) = (context.ConstantFloats(1, "scale"), context.ConstantFloats(2, "bias"));
        var (mean, variance) = (context.ConstantFloats(3, "mean"), context.ConstantFloats(4, "variance"));
        if (scale is null || bias is null || mean is null || variance is null)
            return;
        if (new[] { scale, bias, mean, variance }.Any(v => v.Length != channels))
        {
            context.Report(ImportDiagnostics.BadOperands, $"scale, bias, mean and variance must have one element for each of {channels} channels");
            return;
        }
        var epsilon = context.Float("epsilon", 1e-5f);
        var (factors, offsets) = (new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            factors[c] = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            offsets[c] = bias[c] - (mean[c] * factors[c]);
        }
        // A layer's last dimension in the graph is its output channels, dimension 1 of the model, except behind a transposition.
        if (FoldableLayer.Before(context, x) is { IsQuantized: false } layer && (x.Order == StorageOrder.ChannelsLast || x.Shape.Rank == 2) && layer.Channels == channels)
            layer.Fold(context, x, factors, offsets);
        else
            MultiplyAndAdd(context, x, factors, offsets);
    }

    private static void MultiplyAndAdd(NodeContext context, OnnxValue x, double[] factors, double[] offsets)
    {
        Shape shape = x.Shape.Rank == 4 ? [factors.Length, 1, 1] : [factors.Length];
        var type = new TensorType(ElementType.Float32, shape);
        var product = Tensor.FromFloats(type, Array.ConvertAll(factors, v => (float)v));
        var sum = Tensor.FromFloats(type, Array.ConvertAll(offsets, v => (float)v));
        if (x.IsConstant)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{x} is a constant");
            return;
        }
        var (a, b) = (Elementwise.InOrderOf(context, product, x), Elementwise.InOrderOf(context, sum, x));
        if (a is null || b is null)
            return;
        var scaled = context.Add(new Mul(Activation.None), x.Id, context.Session.AddConstant(context.Name + "/scale", a));
        context.Set(context.Add(new Add(Activation.None), scaled, context.Session.AddConstant(context.Name + "/offset", b)), x.Shape, x.Order, x.Image);
    }
}
