using System.Collections.Immutable;
using Brim.Compile.Emit;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Cli;

/// <summary>Input tensors of several inferences: from raw bytes, or seeded.</summary>
internal static class InferenceInputs
{
    /// <summary>Bytes of all graph inputs of one inference.</summary>
    public static long BytesPerInference(Graph graph) => graph.Inputs.Sum(id => graph.TypeOf(id).Bytes);

    /// <summary>Reads concatenated inferences from a file; null with a diagnostic if the file does not fit.</summary>
    public static ImmutableArray<ImmutableArray<Tensor>>? Read(Graph graph, string path, DiagnosticBag diagnostics)
    {
        if (ModelFile.ReadBytes(path, diagnostics) is not { } bytes)
            return null;
        var size = BytesPerInference(graph);
        if (bytes.Length == 0 || bytes.Length % size != 0)
        {
            diagnostics.Report(CliDiagnostics.BadInputSize, new SourceLocation(path),
                $"{bytes.Length} bytes are not a positive multiple of {size} ({string.Join(" + ", graph.Inputs.Select(id => graph.TypeOf(id)))})");
            return null;
        }
        var inferences = ImmutableArray.CreateBuilder<ImmutableArray<Tensor>>();
        for (var at = 0; at < bytes.Length;)
        {
            var tensors = ImmutableArray.CreateBuilder<Tensor>();
            foreach (var type in graph.Inputs.Select(graph.TypeOf))
            {
                tensors.Add(Tensor.FromBytes(type, bytes.AsSpan(at, (int)type.Bytes)));
                at += (int)type.Bytes;
            }
            inferences.Add(tensors.ToImmutable());
        }
        return inferences.ToImmutable();
    }

    /// <summary>Seeded random codes.</summary>
    public static ImmutableArray<ImmutableArray<Tensor>> Seeded(Graph graph, int count, uint seed) =>
        [.. Enumerable.Range(0, count).Select(n =>
        {
            var random = new RandomCodes(seed + (uint)n);
            return graph.Inputs.Select(id => random.Tensor(graph.TypeOf(id))).ToImmutableArray();
        })];
}
