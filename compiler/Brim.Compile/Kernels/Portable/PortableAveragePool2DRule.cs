using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Average pooling by <c>brim_average_pool2d_*</c>.</summary>
public sealed class PortableAveragePool2DRule() : PortablePool2DRule<AveragePool2D>("average_pool2d");
