namespace Brim.Quantize.Evaluation;

/// <summary>One node, prepared for repeated evaluation. Shared by all sessions and therefore immutable.</summary>
internal interface IEvaluationStep
{
    /// <summary>Memory that a session keeps for the step; null if it needs none.</summary>
    object? NewScratch();

    /// <summary>Computes the node's results from its operands in the session.</summary>
    void Run(EvaluationSession session, object? scratch);
}
