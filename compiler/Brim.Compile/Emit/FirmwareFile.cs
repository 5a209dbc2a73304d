namespace Brim.Compile.Emit;

/// <summary>One file of a generated library.</summary>
/// <param name="Path">Path relative to the library's root, with forward slashes.</param>
/// <param name="Content">UTF-8 content with LF line ends.</param>
public sealed record FirmwareFile(string Path, string Content);
