namespace Brim.Emulation;

/// <summary>What one inference took.</summary>
/// <param name="Instructions">Instructions executed, exact.</param>
/// <param name="Cycles">Modelled cycles.</param>
public readonly record struct InferenceCount(long Instructions, long Cycles);
