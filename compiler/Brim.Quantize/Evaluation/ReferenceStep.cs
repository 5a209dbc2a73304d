using Brim.Core.IR;

namespace Brim.Quantize.Evaluation;

/// <summary>Any node, through its operator's own evaluation.</summary>
internal sealed class ReferenceStep(Graph graph, Node node) : IEvaluationStep
{
    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        var context = new EvaluationContext(
            [.. node.Inputs.Select(id => id == Value.None ? null : session.Tensor(id))],
            [.. node.Outputs.Select(graph.TypeOf)]);
        node.Op.Evaluate(context);
        for (var i = 0; i < node.Outputs.Length; i++)
        {
            var result = context.Outputs[i];
            Array source = result.Type.Element.IsFloat ? result.Floats : result.Type.Element.Bits == 64 ? result.WideCodes : result.Codes;
            Array.Copy(source, session.Storage(node.Outputs[i]), source.Length);
        }
    }
}
