using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Mul.</summary>
internal sealed class MulMapping() : BinaryMapping("Mul", () => new Mul(Activation.None));
