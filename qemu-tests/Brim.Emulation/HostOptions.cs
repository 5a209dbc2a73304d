namespace Brim.Emulation;

/// <summary>How to build and run a library on the host.</summary>
/// <param name="Timeout">Time limit of the run.</param>
/// <param name="Sanitize">True to build with the address and undefined-behaviour sanitizers, whose findings fail the run.</param>
public sealed record HostOptions(TimeSpan Timeout, bool Sanitize = false);
