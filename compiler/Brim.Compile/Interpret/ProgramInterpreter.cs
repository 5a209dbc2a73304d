using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Interpret;

/// <summary>
/// Runs a kernel program over a real arena, each call by the meaning of its node. What is not live is poisoned after every step,
/// so that a wrong plan (an overlap, a value read after its memory was given away) cannot give right outputs.
/// </summary>
public static class ProgramInterpreter
{
    private const byte Poison = 0xA5;

    /// <summary>Runs one inference; returns the graph outputs in order.</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputs">Graph inputs in order.</param>
    public static ImmutableArray<Tensor> Run(KernelProgram program, ImmutableArray<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(program);
        var graph = program.Graph;
        var arena = new byte[program.ArenaBytes];
        Array.Fill(arena, Poison);
        var outside = new Dictionary<int, Tensor>();
        for (var i = 0; i < graph.Inputs.Length; i++)
            Store(graph.Inputs[i], inputs[i].WithType(graph.TypeOf(graph.Inputs[i])));

        for (var i = 0; i < program.Steps.Length; i++)
        {
            var step = program.Steps[i];
            var context = new EvaluationContext(
                [.. step.Node.Inputs.Select(id => id == Value.None ? null : Load(id))],
                [.. step.Node.Outputs.Select(graph.TypeOf)]);
            step.Node.Op.Evaluate(context);
            // A kernel may leave anything in its scratch bytes; they must belong to nobody who is still needed.
            arena.AsSpan(step.ScratchOffset, step.Call.ScratchBytes).Fill(Poison);
            for (var o = 0; o < step.Node.Outputs.Length; o++)
                Store(step.Node.Outputs[o], context.Outputs[o]);
            PoisonDead(i);
        }
        return [.. graph.Outputs.Select(Load)];

        Tensor Load(int id)
        {
            if (graph[id].Constant is { } constant)
                return constant;
            var storage = program.StorageOf(id);
            var type = graph.TypeOf(id);
            if (!program.Offsets.TryGetValue(storage, out var offset))
                return outside[storage].WithType(type);
            return Tensor.FromBytes(type, arena.AsSpan(offset, (int)type.Bytes));
        }

        void Store(int id, Tensor tensor)
        {
            var storage = program.StorageOf(id);
            if (program.Offsets.TryGetValue(storage, out var offset))
                tensor.ToBytes().CopyTo(arena.AsSpan(offset));
            else
                outside[storage] = tensor;
        }

        void PoisonDead(int step)
        {
            var live = new bool[arena.Length];
            foreach (var (id, offset) in program.Offsets)
            {
                bool IsHere(int value) => value != Value.None && program.StorageOf(value) == id;
                var defined = graph.Inputs.Any(IsHere) || program.Steps.Take(step + 1).Any(s => s.Node.Outputs.Any(IsHere));
                var needed = graph.Outputs.Any(IsHere) || program.Steps.Skip(step + 1).Any(s => s.Node.Inputs.Any(IsHere));
                if (defined && needed)
                    Array.Fill(live, true, offset, (int)graph.TypeOf(id).Bytes);
            }
            for (var b = 0; b < arena.Length; b++)
            {
                if (!live[b])
                    arena[b] = Poison;
            }
        }
    }
}
