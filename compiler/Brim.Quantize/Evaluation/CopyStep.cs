using Brim.Core.IR;

namespace Brim.Quantize.Evaluation;

/// <summary>A reshape: the same elements.</summary>
internal sealed class CopyStep(Node node) : IEvaluationStep
{
    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        var source = session.Storage(node.Inputs[0]);
        Array.Copy(source, session.Storage(node.Output), source.Length);
    }
}
