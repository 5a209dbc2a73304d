namespace Brim.Import.Onnx;

/// <summary>What an operator does with an operand of codes.</summary>
internal enum CodeUse
{
    /// <summary>It is defined on real numbers only, or on codes by an arithmetic that is not mapped.</summary>
    None,

    /// <summary>It moves or selects elements: its result has codes of the same type.</summary>
    Moves,

    /// <summary>It takes codes and gives real numbers.</summary>
    Reads,
}
