using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Tests;

public class ReconstructionErrorTests
{
    [Fact]
    public void AreaUnderTheCurve_IsTheShareOfPairsInOrder()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 200; trial++)
        {
            // Few distinct values, so that there are many ties.
            var normal = Scores(random);
            var anomalous = Scores(random);
            var pairs = normal.SelectMany(n => anomalous.Select(a => a > n ? 1 : a == n ? 0.5 : 0)).ToArray();
            Assert.Equal(pairs.Sum() / pairs.Length, ReconstructionError.AreaUnder(normal, anomalous)!.Value, 12);
        }
        Assert.Null(ReconstructionError.AreaUnder([], [1]));
        Assert.Null(ReconstructionError.AreaUnder([1], []));

        static double[] Scores(Random random) => [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (double)random.Next(6))];
    }

    [Fact]
    public void Errors_AreMeansOverElements_OfRealNumbers()
    {
        // A layer that doubles its input, in codes: y = 2 x, clipped to 0..1.27.
        var editor = new GraphEditor("double");
        var x = editor.AddInput("x", new(ElementType.Int8, [1, 2], QuantParams.PerTensor(0.01f)));
        var w = editor.AddConstant("w", Tensor.FromCodes(new(ElementType.Int8, [2, 2], QuantParams.PerAxis(0, [1, 1], [0, 0])), [2, 0, 0, 2]));
        editor.AddOutput(editor.AddNode(new FullyConnected(Activation.Relu, Requantization.Single, false), [x, w], new(ElementType.Int8, [1, 2], QuantParams.PerTensor(0.01f)), "y", SourceLocation.Generated));
        var graph = editor.ToGraph();
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, diagnostics), string.Join('\n', diagnostics.Items));
        var evaluator = new GraphEvaluator(graph);
        Assert.True(ReconstructionError.Applies(evaluator));
        var measured = ReconstructionError.Measure(evaluator, new Pairs());
        Assert.Equal([((0.5 * 0.5) + (0.1 * 0.1)) / 2, ((0.3 * 0.3) + (0.2 * 0.2)) / 2, (0.27 * 0.27) / 2], measured.Errors, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal((1, 2, 0.5), (measured.Normal, measured.Anomalous, measured.AreaUnderCurve!.Value + 0.5));
        Assert.Equal(measured.Errors.Sum() / 3, measured.Mean, 12);
    }

    private sealed class Pairs : DataSource
    {
        public override string Name => "pairs";

        public override int Count => 3;

        public override Shape SampleShape => [2];

        public override int Label(int index) => index;

        public override void Read(int index, Span<float> sample) => (sample[0], sample[1]) = index switch
        {
            0 => (0.5f, 0.1f),
            1 => (-0.3f, 0.2f), // the doubled -0.3 is cut to 0
            _ => (1f, 0f),
        };
    }
}
