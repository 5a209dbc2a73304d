namespace Brim.Emulation;

/// <summary>How to run an image.</summary>
/// <param name="Timeout">Time limit of the whole run.</param>
/// <param name="Plugin">Path of the counting plugin (see <see cref="PluginBuilder"/>); null to run without counting.</param>
public sealed record QemuOptions(TimeSpan Timeout, string? Plugin = null);
