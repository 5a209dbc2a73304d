using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Max pooling by <c>brim_max_pool2d_*</c>.</summary>
public sealed class PortableMaxPool2DRule() : PortablePool2DRule<MaxPool2D>("max_pool2d");
