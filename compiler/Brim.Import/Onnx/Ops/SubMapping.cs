using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Sub.</summary>
internal sealed class SubMapping() : BinaryMapping("Sub", () => new Sub(Activation.None));
