namespace Brim.Import.Onnx.Qonnx;

/// <summary>What a file means by float operators between quantizations.</summary>
internal enum IntegerConvention
{
    /// <summary>Real arithmetic (QONNX of others): an operator becomes integer only where that gives the same codes.</summary>
    Real,

    /// <summary>Integer arithmetic (QDQ and QLinear operators): an operator between quantizations stands for one on codes.</summary>
    Linear,

    /// <summary>The integer graph that this compiler wrote.</summary>
    Written,
}
