namespace Brim.Import.TfLite;

/// <summary>What an entry of the model's operator codes names.</summary>
/// <param name="Builtin">Builtin code.</param>
/// <param name="CustomName">Name of a custom operator.</param>
/// <param name="Version">Operator version.</param>
internal readonly record struct TfLiteOperatorCode(int Builtin, string CustomName, int Version)
{
    /// <summary>Name for messages.</summary>
    public string Name => Builtin == BuiltinOperatorNames.Custom ? $"CUSTOM:{CustomName}" : BuiltinOperatorNames.Of(Builtin);
}
