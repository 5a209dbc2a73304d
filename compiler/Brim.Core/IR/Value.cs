namespace Brim.Core.IR;

/// <summary>An SSA value: a graph input, a constant, or one result of one node.</summary>
/// <param name="Id">Identifies the value within its graph; at least 0.</param>
/// <param name="Name">Name from the model file; for people, not unique.</param>
/// <param name="Type">Type.</param>
/// <param name="Constant">The value if it is a constant, else null.</param>
public sealed record Value(int Id, string Name, TensorType Type, Tensor? Constant = null)
{
    /// <summary>Stands for an optional operand that is absent (a convolution without bias).</summary>
    public const int None = -1;

    /// <summary>True for constants.</summary>
    public bool IsConstant => Constant is not null;
}
