using System.Collections.Immutable;
using Brim.Compile.Interpret;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Compile.Tests.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Compile.Tests.Interpret;

/// <summary>Planned programs give the graph's bytes with everything poisoned that is not live, and plans broken on purpose do not.</summary>
public class ProgramInterpreterTests
{
    private const int Seeds = 120;

    private static readonly TensorType Image = GraphSketch.Int8([1, 4, 4, 2]);

    public static TheoryData<string, RandomGraphOptions> Kinds => new()
    {
        { "int8", new RandomGraphOptions() },
        { "int16", new RandomGraphOptions { Activation = ElementType.Int16 } },
        { "u4", new RandomGraphOptions { Activation = ElementType.Unsigned(4), WeightBits = 3, Requantization = Requantization.Single } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Planned_programs_equal_their_graphs(string kind, RandomGraphOptions options)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var graph = RandomGraphs.Create(seed, options);
            Assert.True(IsRight(graph, Compile(graph), seed), $"{kind}, seed {seed}\n{GraphPrinter.Print(graph)}");
        }
    }

    [Fact]
    public void Two_live_values_in_one_place_are_caught()
    {
        var graph = Branches();
        var program = Compile(graph);
        Assert.True(IsRight(graph, program, 1));
        // Both branches live until the addition.
        var (a, b) = (program.Steps[0].Node.Output, program.Steps[1].Node.Output);
        Assert.False(IsRight(graph, program with { Offsets = program.Offsets.SetItem(b, program.Offsets[a]) }, 1));
        Assert.False(IsRight(graph, program with { Offsets = program.Offsets.SetItem(b, program.Offsets[a] + (int)Image.Bytes - 1), ArenaBytes = 1024 }, 1));
    }

    [Fact]
    public void Scratch_over_a_live_value_is_caught()
    {
        var graph = Branches();
        var program = Compile(graph);
        var second = program.Steps[1];
        var over = second with { Call = second.Call with { ScratchBytes = 4 }, ScratchOffset = program.Offsets[program.Steps[0].Node.Output] };
        Assert.False(IsRight(graph, program with { Steps = program.Steps.SetItem(1, over) }, 1));
    }

    [Fact]
    public void A_value_read_before_it_is_written_is_caught()
    {
        var graph = Branches();
        var program = Compile(graph);
        Assert.False(IsRight(graph, program with { Steps = [program.Steps[0], program.Steps[2], program.Steps[1]] }, 1));
    }

    // x -> relu and x -> average -> their sum: three steps, two values live at the last.
    private static Graph Branches()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(Image);
        var a = sketch.Node(new LeakyRelu(0.3), GraphSketch.Int8(Image.Shape, 0.07, 5), x);
        var b = sketch.Node(new AveragePool2D(new Window2D(1, 1, 1, 1, 1, 1), 3, 3, Activation.None), Image, x);
        return sketch.Output(sketch.Node(new Add(Activation.None), GraphSketch.Int8(Image.Shape, 0.2, 1), a, b));
    }

    private static KernelProgram Compile(Graph graph)
    {
        var diagnostics = new DiagnosticBag();
        var compiled = ModelCompiler.Compile(graph, new Backend(new TargetMachine("host", []), PortableKernels.Rules), diagnostics);
        Assert.True(compiled is not null, string.Join('\n', diagnostics.Items));
        return compiled.Program;
    }

    private static bool IsRight(Graph graph, KernelProgram program, int seed)
    {
        var inputs = RandomGraphs.Inputs(graph, seed);
        var expected = GraphInterpreter.Run(graph, inputs);
        ImmutableArray<Tensor> actual = ProgramInterpreter.Run(program, inputs);
        return expected.Zip(actual).All(p => p.First.ToBytes().AsSpan().SequenceEqual(p.Second.ToBytes()));
    }
}
