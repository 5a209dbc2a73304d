using Brim.Core.IR;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Evaluation;

/// <summary>Windows of the bits of codes of up to 8 bits.</summary>
internal sealed class WindowStep : IEvaluationStep
{
    private readonly Node _node;
    private readonly CodeWindows _windows;

    private WindowStep(Node node, CodeWindows windows) => (_node, _windows) = (node, windows);

    public static WindowStep? TryMake(Graph graph, Node node) => CodeWindows.Of(node.Op, graph.TypeOf(node.Output)) is { } windows ? new(node, windows) : null;

    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch) => _windows.Apply(session.Codes(_node.Inputs[0]), session.Codes(_node.Output));
}
