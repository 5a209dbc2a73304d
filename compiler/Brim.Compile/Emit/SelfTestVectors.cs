using System.Collections.Immutable;
using Brim.Core.Interpret;
using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>Inputs of a few inferences and the outputs they must give, bit for bit.</summary>
/// <param name="Inputs">For each inference, the graph inputs' bytes in order.</param>
/// <param name="Outputs">For each inference, the graph outputs' bytes in order.</param>
public sealed record SelfTestVectors(ImmutableArray<ImmutableArray<byte[]>> Inputs, ImmutableArray<ImmutableArray<byte[]>> Outputs)
{
    /// <summary>Number of inferences.</summary>
    public int Count => Inputs.Length;

    /// <summary>Runs the reference interpreter on seeded random codes.</summary>
    public static SelfTestVectors Make(Graph graph, int count, uint seed)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var inputs = ImmutableArray.CreateBuilder<ImmutableArray<byte[]>>(count);
        var outputs = ImmutableArray.CreateBuilder<ImmutableArray<byte[]>>(count);
        for (var n = 0; n < count; n++)
        {
            var random = new RandomCodes(seed + (uint)n);
            var tensors = graph.Inputs.Select(id => random.Tensor(graph.TypeOf(id))).ToImmutableArray();
            inputs.Add([.. tensors.Select(t => t.ToBytes())]);
            outputs.Add([.. GraphInterpreter.Run(graph, tensors).Select(t => t.ToBytes())]);
        }
        return new SelfTestVectors(inputs.MoveToImmutable(), outputs.MoveToImmutable());
    }
}
