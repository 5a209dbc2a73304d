namespace Brim.Compile.Emit;

/// <summary>Where a library comes from, for its header and manifest.</summary>
/// <param name="Version">Version of Brim.</param>
/// <param name="Fingerprint">SHA-256 of model, target and options in lower-case hexadecimal.</param>
/// <param name="Target">Target name.</param>
public sealed record LibraryInfo(string Version, string Fingerprint, string Target);
