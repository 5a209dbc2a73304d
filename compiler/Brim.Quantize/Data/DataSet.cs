namespace Brim.Quantize.Data;

/// <summary>What a data specification stands for.</summary>
/// <param name="Evaluation">Samples to measure accuracy on.</param>
/// <param name="Calibration">Samples to calibrate on; labels are never used.</param>
/// <param name="HasTrainingSplit">False if the set has no training part, so that calibration reads (unlabelled) evaluation samples.</param>
public sealed record DataSet(DataSource Evaluation, DataSource Calibration, bool HasTrainingSplit) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Evaluation.Dispose();
        Calibration.Dispose();
    }
}
