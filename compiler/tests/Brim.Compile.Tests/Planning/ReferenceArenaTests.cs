using Brim.Compile.Interpret;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Planning;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing;

namespace Brim.Compile.Tests.Planning;

/// <summary>Arenas of the MLPerf Tiny models against TensorFlow Lite Micro's (inputs and outputs included on both sides).</summary>
public class ReferenceArenaTests
{
    [SkippableTheory]
    [InlineData("ic", 54_996)]
    [InlineData("kws", 22_820)]
    [InlineData("vww", 100_708)]
    [InlineData("ad", 2_580)]
    public void Arenas_are_at_least_a_fifth_smaller(string name, int interpreterBytes)
    {
        var golden = GoldenModel.Open(name);
        var memory = Compile(golden).Plan.Memory;
        Assert.True(memory.TotalBytes <= 0.8 * interpreterBytes, $"{name}: {memory.TotalBytes}");
        Assert.Equal(memory.LowerBoundBytes, memory.ArenaBytes);
        Assert.Contains(memory.Blocks, b => b.Kind == MemoryKind.Input);
        Assert.Contains(memory.Blocks, b => b.Kind == MemoryKind.Output);
    }

    [SkippableTheory]
    [InlineData("ic")]
    [InlineData("kws")]
    [InlineData("vww")]
    public void The_planned_program_gives_the_recorded_bytes(string name)
    {
        var golden = GoldenModel.Open(name);
        var program = Compile(golden).Plan.Program;
        var inputs = golden.Inputs(0).Select((bytes, i) => Tensor.FromBytes(program.Graph.TypeOf(program.Graph.Inputs[i]), bytes));
        Assert.True(golden.Output(0).SequenceEqual(ProgramInterpreter.Run(program, [.. inputs])[0].ToBytes()));
    }

    private static CompiledModel Compile(GoldenModel golden)
    {
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(golden.ModelPath), golden.Name, diagnostics);
        Assert.True(graph is not null, string.Join('\n', diagnostics.Items));
        var model = ModelCompiler.Compile(graph, new Backend(new TargetMachine("host", []), PortableKernels.Rules), diagnostics);
        Assert.True(model is not null, string.Join('\n', diagnostics.Items));
        return model;
    }
}
