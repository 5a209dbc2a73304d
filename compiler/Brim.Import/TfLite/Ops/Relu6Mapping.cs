using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>RELU6: clamp to [0, 6].</summary>
internal sealed class Relu6Mapping() : UnaryActivationMapping(21, 3, Activation.Relu6);
