using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>A float operator whose operands are codes, waiting for the quantization of its result.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Activation">Clamp between it and its quantization.</param>
/// <param name="Gain">Factor of each output channel between it and the clamp; null for 1.</param>
/// <param name="Offset">Summand of each output channel after the factor; null for 0.</param>
internal sealed record PendingLayer(Node Node, Activation Activation = Activation.None, double[]? Gain = null, double[]? Offset = null);
