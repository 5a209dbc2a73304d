using System.Collections.Immutable;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Ops;
using Brim.Import.Onnx.QLinear;
using Brim.Import.Onnx.Qonnx;

namespace Brim.Import.Onnx;

/// <summary>Every operator of the format that the importer maps.</summary>
public static class OnnxOpCatalog
{
    // The names under which tools have published the operators of QONNX.
    private static readonly ImmutableArray<string> QonnxDomains = ["qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"];

    /// <summary>The mappings. The order matters to nothing but listings; each operator appears once.</summary>
    internal static ImmutableArray<NodeMapping> All { get; } =
    [
        new ConvMapping(),
        new GemmMapping(),
        new MatMulMapping(),
        new BatchNormalizationMapping(),
        new AddMapping(),
        new SubMapping(),
        new MulMapping(),
        new DivMapping(),
        new ReluMapping(),
        new ClipMapping(),
        new LeakyReluMapping(),
        new SigmoidMapping(),
        new TanhMapping(),
        new SoftmaxMapping(),
        new MaxPoolMapping(),
        new AveragePoolMapping(),
        new GlobalAveragePoolMapping(),
        new ReduceMeanMapping(),
        new FlattenMapping(),
        new ReshapeMapping(),
        new SqueezeMapping(),
        new UnsqueezeMapping(),
        new TransposeMapping(),
        new ConcatMapping(),
        new PadMapping(),
        new SliceMapping(),
        new DropoutMapping(),
        new IdentityMapping(),
        new ConstantMapping(),
        // Folded at import, never nodes.
        new ShapeMapping(),
        new GatherMapping(),
        new CastMapping(),
        new PowMapping(),
        new SqrtMapping(),
        // QDQ, and what operators on codes expand to.
        new QuantizeLinearMapping(),
        new DequantizeLinearMapping(),
        // QONNX.
        new QuantMapping("Quant"),
        new QuantMapping("IntQuant"),
        new BipolarQuantMapping(),
        // Ours.
        new WindowBitsMapping(),
    ];

    /// <summary>Names of the supported operators, in the order of the catalogue.</summary>
    public static ImmutableArray<string> OperatorNames { get; } = [.. All.Select(m => m.Name)];

    /// <summary>The mapping of an operator; null if there is none.</summary>
    internal static NodeMapping? Find(string domain, string operatorName) =>
        All.FirstOrDefault(m => m.Name == operatorName && m.Set switch
        {
            OperatorSet.Qonnx => QonnxDomains.Contains(domain),
            OperatorSet.Brim => domain == WindowBitsMapping.Domain,
            _ => domain is "" or "ai.onnx",
        });
}
