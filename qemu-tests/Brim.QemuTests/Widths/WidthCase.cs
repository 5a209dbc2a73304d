using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Qonnx;
using Brim.QemuTests.Fuzz;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Recipes;
using Brim.Testing;

namespace Brim.QemuTests.Widths;

/// <summary>One way to quantize a network, taken through a QONNX file.</summary>
/// <param name="WeightBits">2..8.</param>
/// <param name="ActivationBits">1..8.</param>
/// <param name="PerTensor">One weight scale a layer.</param>
/// <param name="Method">Rounding method.</param>
internal sealed record WidthCase(int WeightBits, int ActivationBits, bool PerTensor, string Method)
{
    private const int BoundedBits = 16;

    /// <summary>Every combination of widths and granularity, methods by turns.</summary>
    public static ImmutableArray<WidthCase> Grid(IReadOnlyList<int> weights, IReadOnlyList<int> activations)
    {
        var cases = ImmutableArray.CreateBuilder<WidthCase>();
        foreach (var w in weights)
        {
            foreach (var a in activations)
            {
                foreach (var perTensor in new[] { false, true })
                    cases.Add(new(w, a, perTensor, MethodOf(cases.Count, a)));
            }
        }
        return cases.ToImmutable();
    }

    /// <summary>Quantizes, writes, reads back, compares the codes; the case for the batch. Samples and random codes are its inputs.</summary>
    public FuzzCase Make(int index, Graph graph, DataSource data)
    {
        var diagnostics = new DiagnosticBag();
        var recipe = new QuantizationRecipe
        {
            Default = new(WeightBits, ActivationBits, Method, RoundingMethods.Find(Method)!.NeedsAccumulator ? BoundedBits : null),
            First = new(),
            Options = new() { PerTensorWeights = PerTensor, PatchesPerSample = 8 },
            Samples = 16,
        };
        var written = Quantization.Run(graph, recipe, data, diagnostics)?.Graph ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        var read = OnnxImporter.Import(QonnxWriter.Write(written), "widths.onnx", diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        Assert.Empty(diagnostics.Items);
        AssertSameCodes(written, read);
        var fuzzCase = FuzzCase.Create(index, read with { Name = FormattableString.Invariant($"widths_{index}") }, [Sample(read, data), RandomGraphs.Inputs(read, index)]);
        AssertEvaluatorAgrees(fuzzCase);
        return fuzzCase;
    }

    private static string MethodOf(int index, int activations)
    {
        var names = RoundingMethods.All.Where(m => m.Window is null || activations == 8).Select(m => m.Name).ToArray();
        return names[index % names.Length];
    }

    private static ImmutableArray<Tensor> Sample(Graph graph, DataSource data)
    {
        var reals = new float[data.SampleShape.ElementCount];
        data.Read(data.Count - 1, reals);
        var session = new GraphEvaluator(graph).NewSession();
        session.Run(reals);
        return [Tensor.FromCodes(graph.TypeOf(graph.Inputs[0]), [.. session.Codes(graph.Inputs[0])])];
    }

    private static void AssertSameCodes(Graph written, Graph read)
    {
        Assert.Equal(written.Inputs.Select(written.TypeOf), read.Inputs.Select(read.TypeOf));
        Assert.Equal(written.Outputs.Select(written.TypeOf), read.Outputs.Select(read.TypeOf));
        var (before, after) = (LayerNames.Of(written).Keys.ToArray(), LayerNames.Of(read).Keys.ToArray());
        Assert.Equal(before.Length, after.Length);
        foreach (var (b, a) in before.Zip(after))
        {
            var (x, y) = (Weights(written, b), Weights(read, a));
            Assert.Equal((x.Type.Element, x.Type.Shape), (y.Type.Element, y.Type.Shape));
            Assert.Equal(x.Codes, y.Codes);
        }

        static Tensor Weights(Graph graph, int layer) => graph[graph.Nodes.Single(n => n.Output == layer).Inputs[1]].Constant!;
    }

    private static void AssertEvaluatorAgrees(FuzzCase fuzzCase)
    {
        var graph = fuzzCase.Graph;
        var session = new GraphEvaluator(graph).NewSession();
        foreach (var (inputs, outputs) in fuzzCase.Inputs.Zip(fuzzCase.Outputs))
        {
            inputs[0].Codes.CopyTo(session.Codes(graph.Inputs[0]), 0);
            session.Run();
            Assert.Equal(outputs[0].Codes, session.Codes(graph.Outputs[0]));
        }
    }
}
