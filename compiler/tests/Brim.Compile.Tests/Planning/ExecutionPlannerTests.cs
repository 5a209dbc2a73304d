using System.Collections.Immutable;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Planning;

public class ExecutionPlannerTests
{
    private static readonly TensorType Vector = new(ElementType.Int8, [1, 64]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_graphs_find_their_operands_in_memory(bool interfaceInArena)
    {
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var (graph, calls) = RandomGraph(random);
            var plan = ExecutionPlanner.Plan(graph, calls, new PlanOptions(interfaceInArena, KeepOrder: i % 2 == 0));
            AssertDataFlow(plan);
            Assert.Equal(interfaceInArena, plan.Memory.CallerBytes == 0);
        }
    }

    /// <summary>The scheduler follows what lives from step to step; each node's load is what it finds there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_largest_load_is_the_peak_of_the_order(bool interfaceInArena)
    {
        var random = new Random(6);
        for (var i = 0; i < 60; i++)
        {
            var (graph, calls) = RandomGraph(random);
            var options = new PlanOptions(interfaceInArena, KeepOrder: true);
            var load = ExecutionPlanner.Loads(graph, calls, options);
            var plan = ExecutionPlanner.Plan(graph, calls, options);
            // Before the first node all inputs live, after the last all outputs.
            var ends = interfaceInArena ? new[] { graph.Inputs, graph.Outputs }.Max(ids => ids.Select(plan.Program.StorageOf).Distinct().Sum(id => graph.TypeOf(id).Bytes)) : 0;
            // The scheduler keeps an input that nobody reads.
            var unread = interfaceInArena ? graph.Inputs.Where(i => !graph.Nodes.Any(n => n.Inputs.Contains(i))).Sum(i => graph.TypeOf(i).Bytes) : 0;
            Assert.Equal(plan.SchedulePeakBytes, Math.Max(ends, unread + calls.Select((c, n) => load(n, c.Call)).Max()));
            // More scratch at a node is more load there.
            if (Enumerable.Range(0, calls.Length).Where(n => load(n, calls[n].Call) > 0).Select(n => (int?)n).FirstOrDefault() is not { } node)
                continue;
            Assert.Equal(load(node, calls[node].Call) + 100, load(node, calls[node].Call with { ScratchBytes = calls[node].Call.ScratchBytes + 100 }));
        }
    }

    [Fact]
    public void Copies_between_inner_values_vanish()
    {
        var editor = new GraphEditor("views");
        var x = editor.AddInput("x", Vector);
        var a = Relu(editor, x, "a");
        var b = Copy(editor, a, [64], "b");
        var c = Relu(editor, b, "c", new TensorType(ElementType.Int8, [64]));
        editor.AddOutput(c);
        var plan = Plan(editor.ToGraph());
        Assert.Equal("b", Assert.Single(plan.Elided).Name);
        Assert.Equal(a, plan.Program.StorageOf(b));
        Assert.Equal(plan.Program.Offsets[a], plan.Program.Offsets[b]);
        Assert.Equal(2, plan.Program.Steps.Length);
        Assert.Equal(64, plan.Memory.ArenaBytes);
        AssertDataFlow(plan);
    }

    [Fact]
    public void A_view_of_an_output_is_the_output()
    {
        var editor = new GraphEditor("views");
        var x = editor.AddInput("x", Vector);
        var a = Relu(editor, x, "a");
        var b = Copy(editor, a, [64], "b");
        editor.AddOutput(b);
        var plan = Plan(editor.ToGraph());
        Assert.Equal(b, plan.Program.StorageOf(a));
        Assert.Single(plan.Program.Steps);
        AssertDataFlow(plan);
    }

    [Fact]
    public void A_copy_from_input_to_output_stays()
    {
        var editor = new GraphEditor("views");
        var x = editor.AddInput("x", Vector);
        var a = Copy(editor, x, [64], "a");
        editor.AddOutput(Copy(editor, a, [8, 8], "b"));
        var plan = Plan(editor.ToGraph());
        Assert.Equal(x, plan.Program.StorageOf(a));
        Assert.Equal("b", Assert.Single(plan.Program.Steps).Node.Name);
        Assert.False(plan.Program.Views.ContainsKey(plan.Program.Graph.Outputs[0]));
    }

    [Fact]
    public void The_interface_counts_in_the_arena_or_beside_it()
    {
        var editor = new GraphEditor("interface");
        var x = editor.AddInput("x", Vector);
        editor.AddOutput(Relu(editor, Relu(editor, x, "a"), "b"));
        var graph = editor.ToGraph();
        var within = ExecutionPlanner.Plan(graph, Calls(graph), new PlanOptions(AllowOverlap: false));
        Assert.Equal((128, 0), (within.Memory.ArenaBytes, within.Memory.CallerBytes));
        var beside = ExecutionPlanner.Plan(graph, Calls(graph), new PlanOptions(InterfaceInArena: false));
        Assert.Equal((64, 128, 192), (beside.Memory.ArenaBytes, beside.Memory.CallerBytes, beside.Memory.TotalBytes));
        Assert.False(beside.Program.Offsets.ContainsKey(x));
    }

    [Fact]
    public void An_operand_read_twice_is_only_overwritten_if_both_readings_permit()
    {
        var editor = new GraphEditor("twice");
        var x = editor.AddInput("x", Vector);
        editor.AddOutput(editor.AddNode(new Add(Activation.None), [x, x], Vector, "double", SourceLocation.Generated));
        var graph = editor.ToGraph();
        KernelCall call = new(new Kernel("k", "k.c"), [], InPlaceInput: 0);
        Assert.Equal(128, ExecutionPlanner.Plan(graph, [(graph.Nodes[0], call)], new PlanOptions()).Memory.ArenaBytes);
        call = call with { FurtherInPlaceInputs = [1] };
        Assert.Equal(64, ExecutionPlanner.Plan(graph, [(graph.Nodes[0], call)], new PlanOptions()).Memory.ArenaBytes);
    }

    [Fact]
    public void Reordering_shrinks_the_arena()
    {
        // Both wide branches are made before either is narrowed: 100 + 100 live at once in the model's order.
        var editor = new GraphEditor("branches");
        TensorType wide = new(ElementType.Int8, [1, 100]), narrow = new(ElementType.Int8, [1, 4]);
        var x = editor.AddInput("x", narrow);
        var wides = Enumerable.Range(0, 3).Select(i => editor.AddNode(new Pad([0, 0], [0, 96], 0), [x], wide, $"wide{i}", SourceLocation.Generated)).ToList();
        var narrows = wides.Select(w => editor.AddNode(new StridedSlice([0, 0], [1, 1], [1, 4], [1, 4]), [w], narrow, $"narrow{w}", SourceLocation.Generated)).ToList();
        editor.AddOutput(editor.AddNode(new Concat(1, Activation.None), [.. narrows], new TensorType(ElementType.Int8, [1, 12]), "join", SourceLocation.Generated));
        var graph = editor.ToGraph();
        var calls = graph.Nodes.Select(n => (n, new KernelCall(new Kernel("k", "k.c"), []))).ToImmutableArray();
        var kept = ExecutionPlanner.Plan(graph, calls, new PlanOptions(KeepOrder: true));
        var free = ExecutionPlanner.Plan(graph, calls, new PlanOptions());
        Assert.True(kept.Memory.ArenaBytes >= 304);
        Assert.Equal(112, free.Memory.ArenaBytes);
        Assert.True(free.OrderIsOptimal);
        AssertDataFlow(free);
    }

    [Fact]
    public void The_map_prints_every_block()
    {
        var editor = new GraphEditor("map");
        editor.AddOutput(Relu(editor, editor.AddInput("x", Vector), "a"));
        var graph = editor.ToGraph();
        var call = new KernelCall(new Kernel("k", "k.c"), [], ScratchBytes: 8);
        var map = ExecutionPlanner.Plan(graph, [(graph.Nodes[0], call)], new PlanOptions()).Memory;
        Assert.Equal(136, map.ArenaBytes);
        Assert.Equal([MemoryKind.Input, MemoryKind.Output, MemoryKind.Scratch], map.Blocks.Select(b => b.Kind).Order());
        Assert.Contains("arena 136 bytes, lower bound 136", map.ToString(), StringComparison.Ordinal);
    }

    private static ExecutionPlan Plan(Graph graph) => ExecutionPlanner.Plan(graph, Calls(graph), new PlanOptions());

    private static ImmutableArray<(Node Node, KernelCall Call)> Calls(Graph graph) => [.. graph.Nodes.Select(n => (n, n.Op switch
    {
        Reshape => new KernelCall(new Kernel("copy", "copy.c"), [], InPlaceInput: 0) { IsCopy = true },
        BinaryElementwise => new KernelCall(new Kernel("binary", "binary.c"), [], InPlaceInput: 0) { FurtherInPlaceInputs = [1] },
        _ => new KernelCall(new Kernel("unary", "unary.c"), [], InPlaceInput: 0),
    }))];

    private static int Relu(GraphEditor editor, int x, string name, TensorType? type = null) =>
        editor.AddNode(new UnaryActivation(Activation.Relu), [x], type ?? Vector, name, SourceLocation.Generated);

    private static int Copy(GraphEditor editor, int x, Shape shape, string name) =>
        editor.AddNode(new Reshape(shape), [x], new TensorType(ElementType.Int8, shape), name, SourceLocation.Generated);

    private static (Graph Graph, ImmutableArray<(Node Node, KernelCall Call)> Calls) RandomGraph(Random random)
    {
        var editor = new GraphEditor("random");
        List<int> values = [editor.AddInput("x", Vector), editor.AddInput("y", Vector)];
        for (var i = random.Next(2, 14); i > 0; i--)
        {
            var a = values[random.Next(values.Count)];
            values.Add(random.Next(3) switch
            {
                0 => Relu(editor, a, $"relu{i}"),
                1 => Copy(editor, a, Vector.Shape, $"copy{i}"),
                _ => editor.AddNode(new Add(Activation.None), [a, values[random.Next(values.Count)]], Vector, $"add{i}", SourceLocation.Generated),
            });
        }
        editor.AddOutput(values[^1]);
        if (values[^2] > 1)
            editor.AddOutput(values[^2]);
        var graph = editor.ToGraph();
        return (graph, [.. Calls(graph).Select(c => (c.Node, c.Call with { ScratchBytes = random.Next(3) == 0 ? 20 : 0 }))]);
    }

    /// <summary>Marks every byte with the buffer that was written there last; each step must find its operands whole, as must the caller.</summary>
    private static void AssertDataFlow(ExecutionPlan plan)
    {
        var program = plan.Program;
        var arena = new int[program.ArenaBytes];
        Array.Fill(arena, -1);
        void Write(int value)
        {
            if (program.Offsets.TryGetValue(value, out var offset))
                arena.AsSpan(offset, (int)program.Graph.TypeOf(value).Bytes).Fill(program.StorageOf(value));
        }
        void Read(int value)
        {
            if (program.Offsets.TryGetValue(value, out var offset))
                Assert.All(arena[offset..(offset + (int)program.Graph.TypeOf(value).Bytes)], b => Assert.Equal(program.StorageOf(value), b));
        }

        foreach (var input in program.Graph.Inputs)
            Write(input);
        foreach (var step in program.Steps)
        {
            foreach (var input in step.Node.Inputs)
                Read(input);
            var scratch = arena.AsSpan(step.ScratchOffset, step.Call.ScratchBytes);
            scratch.Fill(-1);
            foreach (var input in step.Node.Inputs.Where(_ => step.Call.ScratchBytes > 0))
                Read(input);
            foreach (var output in step.Node.Outputs)
                Write(output);
        }
        foreach (var output in program.Graph.Outputs)
            Read(output);
    }
}
