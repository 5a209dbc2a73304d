using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>RELU_N1_TO_1: clamp to [-1, 1].</summary>
internal sealed class ReluN1To1Mapping() : UnaryActivationMapping(20, 2, Activation.ReluN1To1);
