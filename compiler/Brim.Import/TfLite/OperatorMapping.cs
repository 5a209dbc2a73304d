namespace Brim.Import.TfLite;

/// <summary>How one builtin operator of the format becomes nodes of the graph.</summary>
/// <param name="code">Builtin code.</param>
/// <param name="maxVersion">Greatest operator version whose meaning is known.</param>
/// <param name="options">Tag of the operator's options; <see cref="BuiltinOptions.None"/> if it has none.</param>
internal abstract class OperatorMapping(int code, int maxVersion, BuiltinOptions options)
{
    /// <summary>Builtin code.</summary>
    public int Code { get; } = code;

    /// <summary>Name in the format.</summary>
    public string Name => BuiltinOperatorNames.Of(Code);

    /// <summary>Greatest operator version whose meaning is known.</summary>
    public int MaxVersion { get; } = maxVersion;

    /// <summary>Tag of the operator's options.</summary>
    public BuiltinOptions Options { get; } = options;

    /// <summary>
    /// Adds the operator's nodes (<see cref="OperatorContext.Emit"/>) or computes its result (<see cref="OperatorContext.Fold"/>). Reports
    /// every reason for which it cannot, and then returns without either.
    /// </summary>
    public abstract void Map(OperatorContext context);
}
