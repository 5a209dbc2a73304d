using Brim.Quantize.Data;

namespace Brim.Quantize.Evaluation;

/// <summary>Runs an evaluator over data on all cores.</summary>
public static class SampleLoop
{
    /// <summary>Lanes that samples are dealt to in turn. Fixed, so that sums kept a lane do not depend on the number of cores.</summary>
    public const int Lanes = 4;

    /// <summary>
    /// Evaluates every sample once. Sample i belongs to lane i mod <see cref="Lanes"/>; a lane's samples run in order, lanes at the same time.
    /// </summary>
    /// <param name="evaluator">What to run; several run on the same sample, in order.</param>
    /// <param name="data">Samples.</param>
    /// <param name="visit">Called after each sample with its lane, index and the sessions of the evaluators.</param>
    /// <param name="cancellation">Stops between samples.</param>
    public static void Run(IReadOnlyList<GraphEvaluator> evaluator, DataSource data, Action<int, int, EvaluationSession[]> visit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(data);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, Lanes, options, lane =>
        {
            var sessions = evaluator.Select(e => e.NewSession()).ToArray();
            var sample = new float[data.SampleShape.ElementCount];
            for (var i = lane; i < data.Count; i += Lanes)
            {
                cancellation.ThrowIfCancellationRequested();
                data.Read(i, sample);
                foreach (var session in sessions)
                    session.Run(sample);
                visit(lane, i, sessions);
            }
        });
    }
}
