using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Operators of the portable kernels with weights.</summary>
internal enum PortableOperator
{
    /// <summary>brim_conv2d_*.</summary>
    Convolution,

    /// <summary>brim_depthwise_conv2d_*.</summary>
    Depthwise,

    /// <summary>brim_fully_connected_*.</summary>
    FullyConnected,
}

/// <summary>The portable kernels with weights: one sum an output, plain arrays (brim_kernels.h).</summary>
/// <param name="op">The operator.</param>
/// <param name="suffix">Types, from the function's name: s8, u8, s16 or any.</param>
/// <param name="arrays">The library's arrays: weights and bias are arguments of their own.</param>
internal sealed class PortableKernel(PortableOperator op, string suffix, IReadOnlyDictionary<string, ConstantArray> arrays) : KernelReader
{
    private const int WeightsArgument = 2;
    private const int BiasArgument = 3;
    private const int OutputArgument = 4;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (input, output, _) = Types(p);
        var codes = new CodeSpan(p.Integer("output.act_min"), p.Integer("output.act_max"));
        // Bytes are written as the low eight bits of a code, so unsigned ones look the same.
        if (op == PortableOperator.FullyConnected)
        {
            var (rows, depth, outputs) = (p.Extent("rows"), p.Extent("depth"), p.Extent("outputs"));
            var computed = call.At(WeightsArgument).Kind == ArgumentKind.Memory;
            return new LayerShape(
                new Access(call.Memory(1), (long)rows * depth, input), new Access(call.Memory(OutputArgument), (long)rows * outputs, output), codes)
            {
                Offset = -p.Integer("input_zero"),
                Channels = depth,
                ComputedWeights = computed ? new Access(call.Memory(WeightsArgument), (long)outputs * depth, ElementFormat.S8) : null,
            };
        }
        var w = Window.Of(p);
        return new LayerShape(
            new Access(call.Memory(1), (long)w.Batches * w.InputHeight * w.InputWidth * w.InputChannels, input),
            new Access(call.Memory(OutputArgument), (long)w.Batches * w.OutputHeight * w.OutputWidth * w.OutputChannels, output), codes)
        {
            Channels = w.InputChannels,
            Padding = w.Pads ? p.Integer("input_zero") : null,
        };
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (outputs, taps) = op switch
        {
            PortableOperator.Convolution when Window.Of(p) is var w => (w.OutputChannels, (long)w.KernelHeight * w.KernelWidth * p.Extent("group_input_c")),
            PortableOperator.Depthwise when Window.Of(p) is var w => (w.OutputChannels, (long)w.KernelHeight * w.KernelWidth),
            _ => (p.Extent("outputs"), p.Extent("depth")),
        };
        var wide = Types(p).Wide;
        var weights = call.At(WeightsArgument).Kind == ArgumentKind.Memory ? null : call.Array(WeightsArgument, arrays);
        if (weights is not null && weights.Values.Length != outputs * taps)
            throw CheckFailure.Words($"'{weights.Name}' has {weights.Values.Length} weights, the layer {outputs} x {taps}");
        var bias = call.Array(BiasArgument, arrays);
        if (bias is not null && (bias.Values.Length != outputs || bias.Format.Bits != (wide ? 64 : 32)))
            throw CheckFailure.Words($"'{bias.Name}' is no array of {outputs} biases of {(wide ? 64 : 32)} bits");
        // Weights that are computed leave nothing in the library that the number of outputs could be checked by.
        if (weights is null && (long)outputs * taps > 1 << 26)
            throw CheckFailure.Words($"{outputs} outputs of {taps} taps");
        var proof = new LayerProof(wide ? "wide64" : "wide32", (int)taps, true)
        {
            Outputs = Sums(outputs),
            Rescaling = new PortableRescaling(p, outputs),
        };
        proof.Words.AddRange(new[] { weights, bias }.OfType<ConstantArray>());
        var chunk = new ChunkSums(0, outputs) { End = (int)taps };
        proof.Tiles.Add(new TileSums([.. Enumerable.Range(0, outputs).Select(c => new LaneField(c, 0, wide ? 64 : 32))], [chunk]));
        var channelOf = Channels(p);
        for (var o = 0; o < outputs; o++)
        {
            var sum = proof.Outputs[o];
            for (var k = 0; k < taps; k++)
            {
                var activation = activations[channelOf(o, k)];
                if (weights is null)
                    sum.AddUnknown(activations.Weights, activation);
                else
                    sum.Add(weights.Values[op == PortableOperator.Depthwise ? (k * outputs) + o : (o * taps) + k], activation);
            }
            (chunk.Low[o], chunk.High[o]) = (sum.Low, sum.High);
            chunk.Start[o] = sum.Constant = bias?.Values[o] ?? 0;
        }
        return proof;
    }

    /// <summary>Input channel of an output's tap.</summary>
    private Func<int, int, int> Channels(ParameterSet p)
    {
        switch (op)
        {
            case PortableOperator.Convolution:
                var (inputs, outputs) = (p.Extent("group_input_c"), p.Extent("group_output_c"));
                return (output, tap) => (output / outputs * inputs) + (tap % inputs);
            case PortableOperator.Depthwise:
                var multiplier = p.Extent("multiplier");
                return (output, _) => output / multiplier;
            default:
                return (_, tap) => tap;
        }
    }

    private (ElementFormat Input, ElementFormat Output, bool Wide) Types(ParameterSet p) => suffix switch
    {
        "s8" => (ElementFormat.S8, ElementFormat.S8, false),
        "u8" => (ElementFormat.U8, ElementFormat.S8, false),
        "s16" => (ElementFormat.S16, ElementFormat.S16, true),
        _ => (ElementFormat.Of(p.Integer("types.input")), ElementFormat.Of(p.Integer("types.output")), p.Integer("types.wide", 0, 1) == 1),
    };
}
