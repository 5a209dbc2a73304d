using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.Onnx;

/// <summary>An imported model and how its interface lies in the graph.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Inputs">The model's inputs, in the order of the graph's.</param>
/// <param name="Outputs">The model's outputs, in the order of the graph's.</param>
internal sealed record OnnxModel(Graph Graph, ImmutableArray<OnnxValue> Inputs, ImmutableArray<OnnxValue> Outputs);
