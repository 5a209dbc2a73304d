using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>RELU: clamp to [0, inf).</summary>
internal sealed class ReluMapping() : UnaryActivationMapping(19, 3, Activation.Relu);
