using System.Collections.Immutable;
using Brim.Emulation;

namespace Brim.Cli;

/// <summary>Outputs of a firmware run, and what the emulator measured.</summary>
/// <param name="Outputs">Outputs of all inferences.</param>
/// <param name="Emulation">Measurements; null for the host.</param>
internal sealed record FirmwareMeasurement(ImmutableArray<byte> Outputs, EmulationResult? Emulation);
