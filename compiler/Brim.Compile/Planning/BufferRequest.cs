namespace Brim.Compile.Planning;

/// <summary>A block of memory that is needed from one step to another.</summary>
/// <param name="Id">Identifies the buffer within its problem.</param>
/// <param name="Name">For people and reports.</param>
/// <param name="Bytes">Size, at least 1.</param>
/// <param name="FirstStep">Step that writes it; -1 if it is filled before the first step.</param>
/// <param name="LastStep">Last step that reads it; at least <paramref name="FirstStep"/>.</param>
/// <param name="Alignment">Alignment of its offset in bytes, a power of two.</param>
public sealed record BufferRequest(int Id, string Name, long Bytes, int FirstStep, int LastStep, int Alignment = 4);
