namespace Brim.Quantize.Training;

/// <summary>Settings of <see cref="OutputMatching"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the calibration data.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Samples a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>First step size of weights, in units of their scale; falls to 0 along a cosine, as all others.</summary>
    public double WeightRate { get; init; } = 0.01;

    /// <summary>First step size of the logarithms of activation scales.</summary>
    public double ActivationScaleRate { get; init; } = 0.002;

    /// <summary>First step size of the logarithms of weight scales.</summary>
    public double WeightScaleRate { get; init; } = 0.0005;

    /// <summary>First step size of biases, in units of the scale of the layer's result.</summary>
    public double BiasRate { get; init; } = 0.01;

    /// <summary>Weight of the match of the outputs of inner blocks against the match of the network's output.</summary>
    public double BlockWeight { get; init; } = 1;

    /// <summary>Mirror half of the visits of a sample left to right. Right for images of natural scenes, wrong for spectrograms and text.</summary>
    public bool MirrorImages { get; init; }

    /// <summary>Most pixels that an image is shifted by in each direction.</summary>
    public int ShiftPixels { get; init; }

    /// <summary>Fraction of the visits on which a sample is mixed with another one (up to half and half).</summary>
    public double MixFraction { get; init; } = 0.5;

    /// <summary>Fraction of activations left unrounded at first (QDrop, arXiv 2203.05740); falls to 0 with the rates.</summary>
    public double DropFraction { get; init; } = 0.5;

    /// <summary>Seed of the order of samples.</summary>
    public int Seed { get; init; } = 1;
}
