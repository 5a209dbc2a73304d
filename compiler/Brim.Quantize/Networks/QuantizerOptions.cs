using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Calibration;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Networks;

/// <summary>Settings of the quantizer that are not a layer's.</summary>
public sealed record QuantizerOptions
{
    /// <summary>How ranges of activations are chosen.</summary>
    public ActivationCalibrator Calibrator { get; init; } = new();

    /// <summary>Type of the network's input where the data come in one (pixels, features); null to calibrate it.</summary>
    public (ElementType Element, QuantParams Quant)? Input { get; init; }

    /// <summary>One weight scale a tensor instead of one an output channel.</summary>
    public bool PerTensorWeights { get; init; }

    /// <summary>How weight scales are chosen, where the method does not say.</summary>
    public WeightScaleRule WeightScales { get; init; }

    /// <summary>Correct biases for the mean error of the quantized layer.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>How far the channels of activations are balanced between layers before quantizing: 0 not at all, 1 until all have the same root mean square.</summary>
    public double Equalization { get; init; }

    /// <summary>Output pixels of each sample whose inputs enter a layer's moments.</summary>
    public int PatchesPerSample { get; init; } = 64;

    /// <summary>How accumulators become codes in the integer graph.</summary>
    public Requantization Requantization { get; init; } = Requantization.Single;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;
}
