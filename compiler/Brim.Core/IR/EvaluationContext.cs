using System.Collections.Immutable;

namespace Brim.Core.IR;

/// <summary>What an operator sees when it is evaluated: operand tensors, and the types its results must have.</summary>
public sealed class EvaluationContext
{
    private readonly ImmutableArray<Tensor?> _inputs;
    private readonly Tensor?[] _outputs;

    /// <summary>Makes a context for one node.</summary>
    public EvaluationContext(ImmutableArray<Tensor?> inputs, ImmutableArray<TensorType> outputTypes)
    {
        _inputs = inputs;
        OutputTypes = outputTypes;
        _outputs = new Tensor?[outputTypes.Length];
    }

    /// <summary>Types of the results.</summary>
    public ImmutableArray<TensorType> OutputTypes { get; }

    /// <summary>Type of the only (or first) result.</summary>
    public TensorType OutputType => OutputTypes[0];

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>The results, in order.</summary>
    public ImmutableArray<Tensor> Outputs => [.. _outputs.Select(t => t ?? throw new InvalidOperationException("the operator left a result unset"))];

    /// <summary>A required operand.</summary>
    public Tensor Input(int index) => _inputs[index] ?? throw new InvalidOperationException($"operand {index} is absent");

    /// <summary>An optional operand, null if absent.</summary>
    public Tensor? OptionalInput(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>Sets a result.</summary>
    public void SetOutput(Tensor tensor, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Type.Shape != OutputTypes[index].Shape || tensor.Type.Element != OutputTypes[index].Element)
            throw new InvalidOperationException($"result {tensor.Type} where {OutputTypes[index]} was declared");
        _outputs[index] = tensor;
    }
}
