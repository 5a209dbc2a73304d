using System.Collections.Immutable;
using Brim.Import.TfLite.Ops;

namespace Brim.Import.TfLite;

/// <summary>Every operator of the format that the importer maps.</summary>
public static class TfLiteOpCatalog
{
    /// <summary>The mappings. The order matters to nothing but listings; each code appears once.</summary>
    internal static ImmutableArray<OperatorMapping> All { get; } =
    [
        new Conv2DMapping(),
        new DepthwiseConv2DMapping(),
        new FullyConnectedMapping(),
        new AddMapping(),
        new SubMapping(),
        new MulMapping(),
        new AveragePool2DMapping(),
        new MaxPool2DMapping(),
        new MeanMapping(),
        new SoftmaxMapping(),
        new LogisticMapping(),
        new TanhMapping(),
        new ReluMapping(),
        new Relu6Mapping(),
        new ReluN1To1Mapping(),
        new LeakyReluMapping(),
        new ReshapeMapping(),
        new SqueezeMapping(),
        new ExpandDimsMapping(),
        new PadMapping(),
        new PadV2Mapping(),
        new ConcatenationMapping(),
        new StridedSliceMapping(),
        new TransposeMapping(),
        new QuantizeMapping(),
        new DequantizeMapping(),
        // Shape arithmetic: folded at import, never nodes.
        new ShapeMapping(),
        new PackMapping(),
        new GatherMapping(),
        new CastMapping(),
        new ReduceProdMapping(),
        new FloorDivMapping(),
    ];

    /// <summary>Names of the supported operators, in the order of the catalogue.</summary>
    public static ImmutableArray<string> OperatorNames { get; } = [.. All.Select(m => m.Name)];

    /// <summary>The mapping of a builtin code; null if there is none.</summary>
    internal static OperatorMapping? Find(int code) => All.FirstOrDefault(m => m.Code == code);
}
