using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Bench.Layers;

/// <summary>A layer of the benchmark, as layers.yaml has it.</summary>
internal sealed class BenchLayer
{
    public string Name { get; set; } = "";

    public string Kind { get; set; } = "";

    /// <summary>Rows, columns and channels; for dense layers the number of inputs.</summary>
    public List<int> Input { get; set; } = [];

    public int Outputs { get; set; }

    public int Kernel { get; set; } = 1;

    public string Target { get; set; } = "";

    /// <summary>Instructions per multiply-accumulate of CMSIS-NN's int8 kernel.</summary>
    public double CmsisInstructions { get; set; }

    /// <summary>Instructions per multiply-accumulate to reach with narrow accumulators.</summary>
    public double Goal { get; set; }

    /// <summary>How many times fewer instructions narrow accumulators should take than our own 32-bit kernel; 0 if there is no such goal.</summary>
    public double RatioGoal { get; set; }

    /// <summary>Bits of weights and activations beyond those that every layer is measured with, e.g. <c>[8, 5]</c>; such a layer is measured with these only.</summary>
    public List<List<int>> Widths { get; set; } = [];

    /// <summary>The layer's shape.</summary>
    public LayerShape Shape => Kind switch
    {
        "convolution" => LayerShape.Conv(Input[0], Input[1], Input[2], Outputs, Kernel),
        "depthwise" => LayerShape.Depthwise(Input[0], Input[1], Input[2]),
        "dense" => LayerShape.Dense(Input[0], Outputs),
        _ => throw new InvalidDataException($"{Name}: '{Kind}' is no kind of layer"),
    };
}
