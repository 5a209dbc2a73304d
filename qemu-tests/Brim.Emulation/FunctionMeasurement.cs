namespace Brim.Emulation;

/// <summary>What a function's own code takes per inference, functions it calls excluded.</summary>
/// <param name="Name">Symbol name; <c>?</c> for code outside of all functions.</param>
/// <param name="Instructions">Instructions executed (mean over the inferences, rounded).</param>
/// <param name="Cycles">Modelled cycles (mean, rounded).</param>
/// <param name="CodeBytes">Size of the function.</param>
public sealed record FunctionMeasurement(string Name, long Instructions, long Cycles, long CodeBytes);
