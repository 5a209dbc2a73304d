namespace Brim.Compile.Program;

/// <summary>An implementation in C: one function in one kernel source file.</summary>
/// <param name="Function">C function name, e.g. <c>brim_conv2d_s8</c>.</param>
/// <param name="SourceFile">
/// File that defines it, relative to the kernel root with forward slashes, e.g. <c>runtime-c/src/conv2d_s8.c</c> or
/// <c>backends/arm-cmsis/kernels/conv2d_s8_smlad.c</c>.
/// </param>
public sealed record Kernel(string Function, string SourceFile);
