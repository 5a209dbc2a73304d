namespace Brim.Emulation;

/// <summary>An input or output tensor as the run function's caller sees it.</summary>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="ArenaOffset">
/// Where in the arena the tensor may be kept, as the library's header says; the harness then puts it there instead of in a buffer of its own.
/// Null: a separate buffer.
/// </param>
public sealed record TensorBuffer(int Bytes, int? ArenaOffset = null);
