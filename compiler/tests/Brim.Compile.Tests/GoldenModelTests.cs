using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing;

namespace Brim.Compile.Tests;

/// <summary>The reference interpreter gives the bytes that TensorFlow Lite Micro's reference kernels gave, for every recorded inference.</summary>
public class GoldenModelTests
{
    // Without the data set one name remains, whose test is then skipped with the reason.
    public static TheoryData<string> Models => GoldenModel.Names.IsEmpty ? ["ic"] : [.. GoldenModel.Names];

    [SkippableFact]
    public void There_are_recorded_models()
    {
        TestData.Require("golden");
        Assert.Equal(72, GoldenModel.Names.Length);
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void The_interpreter_gives_the_recorded_bytes(string name)
    {
        var golden = GoldenModel.Open(name);
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(golden.ModelPath), name, diagnostics);
        Assert.True(graph is not null, string.Join('\n', diagnostics.Items));
        Assert.True(GraphVerifier.Verify(graph, diagnostics), string.Join('\n', diagnostics.Items));
        Parallel.For(0, golden.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, inference =>
        {
            var inputs = golden.Inputs(inference).Select((bytes, i) => Tensor.FromBytes(graph.TypeOf(graph.Inputs[i]), bytes)).ToList();
            var actual = GraphInterpreter.Run(graph, inputs)[0].ToBytes();
            var at = actual.AsSpan().CommonPrefixLength(golden.Output(inference));
            Assert.True(at == golden.OutputBytes && at == actual.Length,
                $"{name}, inference {inference}: the outputs differ first at byte {at} of {golden.OutputBytes}");
        });
    }
}
