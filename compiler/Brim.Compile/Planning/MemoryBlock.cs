namespace Brim.Compile.Planning;

/// <summary>One line of a <see cref="MemoryMap"/>.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">Name of the value, or of the node that needs scratch.</param>
/// <param name="Offset">First byte in the arena.</param>
/// <param name="Bytes">Size.</param>
/// <param name="FirstStep">Step that writes it; -1 for inputs.</param>
/// <param name="LastStep">Last step that needs it; the number of steps for outputs.</param>
public sealed record MemoryBlock(MemoryKind Kind, string Name, int Offset, int Bytes, int FirstStep, int LastStep);
