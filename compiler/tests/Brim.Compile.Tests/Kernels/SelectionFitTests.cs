using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Kernels;

/// <summary>Selections against all combinations of small random tables of candidates.</summary>
public class SelectionFitTests
{
    private const int Networks = 300;

    [Fact]
    public void For_speed_the_bound_of_the_arena_is_the_least_at_which_nothing_is_lost()
    {
        var random = new Random(1);
        for (var n = 0; n < Networks; n++)
        {
            var (choices, load) = Network(random);
            var all = Combinations(choices);
            var fewest = all.Min(c => c.Sum(t => t.Cycles!.Value));
            var least = all.Where(c => c.Sum(t => t.Cycles!.Value) <= fewest + (fewest / 100)).Min(c => Arena(c, load));
            var selections = SelectionFit.Of(choices, load, SelectionGoal.Speed);
            Assert.Equal(least, Arena([.. selections[0].Select(c => c.Chosen)], load));
            // All of them are as fast, and of the first no node has a faster candidate within the bound.
            Assert.All(selections, s => Assert.True(s.Sum(c => c.Cycles!.Value) <= fewest + (fewest / 100)));
            Assert.All(selections[0].Select((c, i) => (c, i)), x => Assert.DoesNotContain(x.c.Tried, t => load(x.i, t.Call!) <= least && t.Cycles < x.c.Cycles));
        }
    }

    [Fact]
    public void For_size_constants_and_arena_are_least_in_all()
    {
        var random = new Random(2);
        var between = 0;
        for (var n = 0; n < Networks; n++)
        {
            var (choices, load) = Network(random);
            // A quarter slower than the fastest kernel without lanes is slow enough.
            var allowed = choices.Select(c => c with { Tried = [.. c.Tried.Where(t => c.Tried.Where(o => o.Call!.Lanes is null).Min(o => o.Cycles) is not { } wide || t.Cycles <= wide + (wide / 4))] });
            var least = Combinations([.. allowed]).Min(c => Arena(c, load) + c.Sum(t => t.FlashBytes));
            var selections = SelectionFit.Of(choices, load, SelectionGoal.Size);
            Assert.All(selections, s => Assert.Equal(least, Arena([.. s.Select(c => c.Chosen)], load) + s.Sum(c => c.Chosen.FlashBytes)));
            // Of all selections that small none is faster than the first, and with the constants of the last no node uses less.
            var small = Combinations([.. allowed]).Where(c => Arena(c, load) + c.Sum(t => t.FlashBytes) == least).ToList();
            Assert.Equal(small.Min(c => c.Sum(t => t.Cycles!.Value)), selections[0].Sum(c => c.Cycles!.Value));
            Assert.All(selections.Zip(selections.Skip(1)).SkipLast(1), s => Assert.True(Scratch(s.First) >= Scratch(s.Second)));
            between += Math.Max(0, selections.Length - 2);
            Assert.All(Enumerable.Range(0, choices.Length), i => Assert.Equal(small.Where(c => c.Sum(t => t.FlashBytes) == selections[^1].Sum(x => x.Chosen.FlashBytes)).Min(c => load(i, c[i].Call!)), load(i, selections[^1][i].Call)));
        }
        Assert.True(between > 5, $"{between} selections between the first and the leanest");

        static long Scratch(ImmutableArray<KernelChoice> selection) => selection.Max(c => c.Call.ScratchBytes);
    }

    [Fact]
    public void A_faster_kernel_that_would_make_the_arena_larger_is_told_why_it_lost()
    {
        var node = Nodes(1)[0];
        var (fast, lean) = (Trial("fast", 1000, 10, 500, false), Trial("lean", 1009, 10, 100, false));
        var choices = SelectionFit.Of([new KernelChoice(node, [fast, lean], fast, [])], (_, call) => 64 + call.ScratchBytes, SelectionGoal.Speed)[0];
        Assert.Equal("lean", choices[0].Rule);
        Assert.Equal("1000 modelled cycles, the chosen one 1009; the arena would take 564 bytes or more, without it 164 suffice", Assert.Single(choices[0].Rejected).Reason);
    }

    [Fact]
    public void A_kernel_of_unknown_cost_stays()
    {
        var node = Nodes(1)[0];
        var (first, second) = (Trial("a", null, 10, 500, false), Trial("b", null, 1, 0, false));
        var choice = new KernelChoice(node, [first, second], first, []);
        Assert.All(Enum.GetValues<SelectionGoal>(), goal => Assert.Equal("a", SelectionFit.Of([choice], (_, call) => call.ScratchBytes, goal)[0][0].Rule));
    }

    private static (ImmutableArray<KernelChoice> Choices, Func<int, KernelCall, long> Load) Network(Random random)
    {
        var nodes = Nodes(random.Next(1, 4));
        var live = nodes.Select(_ => 4L * random.Next(1, 100)).ToArray();
        var choices = nodes.Select(n =>
        {
            var tried = Enumerable.Range(0, random.Next(1, 9))
                .Select(i => Trial($"k{i}", random.Next(1000, 1060) * (random.Next(3) + 1), 100 * random.Next(1, 3), 4 * random.Next(0, 100), random.Next(2) == 0)).ToImmutableArray();
            return new KernelChoice(n, tried, tried.MinBy(t => t.Cycles)!, []);
        }).ToImmutableArray();
        return (choices, (i, call) => live[i] + call.ScratchBytes);
    }

    private static KernelTrial Trial(string name, long? cycles, long flash, int scratch, bool hasLanes)
    {
        var call = new KernelCall(new Kernel(name, name + ".c"), [], scratch);
        if (hasLanes)
        {
            var filter = new FilterCodes(1, 1, 1, 1, [1]);
            var packed = new PackedLayer([], [], [], [], 0, []);
            call = call with { Lanes = new AccumulatorProof("smlad-dual", []) { Packed = new PackedProof(filter, ActivationBounds.Uniform(1, 1, 0), packed, "", "", 12) } };
        }
        return new KernelTrial(KernelCandidate.Of(name, call), cycles, flash);
    }

    private static long Arena(ImmutableArray<KernelTrial> trials, Func<int, KernelCall, long> load) => trials.Select((t, i) => load(i, t.Call!)).Max();

    private static List<ImmutableArray<KernelTrial>> Combinations(ImmutableArray<KernelChoice> choices) =>
        choices.Aggregate((List<ImmutableArray<KernelTrial>>)[[]], (all, c) => [.. all.SelectMany(a => c.Tried.Select(a.Add))]);

    private static ImmutableArray<Node> Nodes(int count)
    {
        var editor = new GraphEditor("g") { Phase = GraphPhase.Lowered };
        var type = new TensorType(ElementType.Int8, [1, 4], QuantParams.PerTensor(1, 0));
        var at = editor.AddInput("a", type);
        for (var i = 0; i < count; i++)
            at = editor.AddNode(new Add(Activation.None), [at, at], type, $"sum{i}", SourceLocation.Generated);
        editor.AddOutput(at);
        return editor.ToGraph().Nodes;
    }
}
