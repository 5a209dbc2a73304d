namespace Brim.Quantize.Training;

/// <summary>A block of parameters with its gradient and the state of Adam (Kingma and Ba 2015).</summary>
internal sealed class Adam(int count)
{
    private const double MeanDecay = 0.9;
    private const double SquareDecay = 0.99;
    private const double Epsilon = 1e-12;

    private readonly double[] _mean = new double[count];
    private readonly double[] _square = new double[count];
    private int _steps;

    public double[] Values { get; } = new double[count];

    /// <summary>Moves every parameter against its gradient by about the rate.</summary>
    public void Step(ReadOnlySpan<double> gradient, double rate)
    {
        _steps++;
        var (a, b) = (1 - Math.Pow(MeanDecay, _steps), 1 - Math.Pow(SquareDecay, _steps));
        for (var i = 0; i < gradient.Length; i++)
        {
            _mean[i] += (1 - MeanDecay) * (gradient[i] - _mean[i]);
            _square[i] += (1 - SquareDecay) * ((gradient[i] * gradient[i]) - _square[i]);
            Values[i] -= rate * (_mean[i] / a) / (Math.Sqrt(_square[i] / b) + Epsilon);
        }
    }
}
