using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Turns unsigned 8-bit activations into int8: codes and zero point less 128, which stand for the same real numbers. Kernels with packed
/// instructions read signed bytes. Done where every operator that touches the value computes with code minus zero point and so cannot tell the
/// difference; average pooling can, because it rounds halves away from code 0. At the model's interface a copy of the codes less 128 is made
/// where a layer with weights gains by it.
/// </summary>
public sealed class SignCodes : IGraphPass
{
    private const int Offset = 128;

    /// <inheritdoc/>
    public string Name => nameof(SignCodes);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var values = Changeable(graph);
        if (values.Count == 0)
            return graph;
        var editor = new GraphEditor(graph);
        foreach (var id in values)
        {
            var type = graph.TypeOf(id);
            var signed = type with { Element = ElementType.Int8, Quant = QuantParams.PerTensor(type.Quant!.Scale, type.Quant.ZeroPoint - Offset) };
            if (!editor.IsInterface(id))
            {
                editor.SetType(id, signed);
                continue;
            }
            var copy = editor.AddValue($"{graph[id].Name}_signed", signed);
            if (graph.Inputs.Contains(id))
            {
                editor.ReplaceUses(id, copy);
                editor.AddNode(new Node(new Quantize(), [id], [copy], $"{graph[id].Name}_signed", SourceLocation.Generated));
            }
            else
            {
                var producer = editor.Nodes.First(n => n.Outputs.Contains(id));
                editor.ReplaceUses(id, copy);
                editor.Replace(producer, producer with { Outputs = [copy] });
                for (var i = 0; i < graph.Outputs.Length; i++)
                {
                    if (graph.Outputs[i] == id)
                        editor.SetOutput(i, id);
                }
                editor.AddNode(new Node(new Quantize(), [copy], [id], $"{graph[id].Name}_unsigned", SourceLocation.Generated));
            }
        }
        return editor.ToGraph();
    }

    /// <summary>The values to change.</summary>
    private static SortedSet<int> Changeable(Graph graph)
    {
        var producers = graph.Producers();
        var consumers = graph.Consumers();
        var values = new SortedSet<int>();
        foreach (var value in graph.Values.Values.Where(IsUnsigned))
        {
            producers.TryGetValue(value.Id, out var producer);
            var gains = (!graph.Inputs.Contains(value.Id) || consumers[value.Id].Any(HasWeights))
                && (!graph.Outputs.Contains(value.Id) || (producer is not null && HasWeights(producer)));
            if (gains && (producer is null || IsNeutral(producer.Op)) && consumers[value.Id].All(n => IsNeutral(n.Op)))
                values.Add(value.Id);
        }
        // Operators that move codes need one type for operands and result.
        while (graph.Nodes.FirstOrDefault(n => MovesCodes(n.Op) && Activations(graph, n).Any(values.Contains) && !Activations(graph, n).All(values.Contains)) is { } mixed)
            values.ExceptWith(Activations(graph, mixed));
        return values;
    }

    private static IEnumerable<int> Activations(Graph graph, Node node) => node.Inputs.Where(id => id != Value.None).Concat(node.Outputs);

    private static bool IsUnsigned(Value value) => !value.IsConstant && value.Type.Element == ElementType.UInt8 && value.Type.Quant is { IsPerTensor: true };

    private static bool HasWeights(Node node) => node.Op is Conv2D or DepthwiseConv2D or FullyConnected;

    private static bool MovesCodes(Op op) => op is MaxPool2D or Reshape or Transpose or StridedSlice or Concat;

    private static bool IsNeutral(Op op) => op switch
    {
        Conv2D o => !o.ZeroPointFolded,
        DepthwiseConv2D o => !o.ZeroPointFolded,
        FullyConnected o => !o.ZeroPointFolded,
        _ => MovesCodes(op) || op is Add or Sub or Mul or Mean or LeakyRelu or Quantize or Dequantize,
    };
}
