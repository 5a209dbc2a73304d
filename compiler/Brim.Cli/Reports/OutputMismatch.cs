namespace Brim.Cli.Reports;

/// <summary>The first byte of an inference's outputs that differs from the interpreter's.</summary>
internal readonly record struct OutputMismatch(int Inference, int Byte, byte Expected, byte Actual);
