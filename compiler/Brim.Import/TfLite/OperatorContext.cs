using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite.Wire;

namespace Brim.Import.TfLite;

/// <summary>One operator of the file as its mapping sees it: operands, options, and the ways to report and to add nodes.</summary>
internal sealed class OperatorContext
{
    private readonly ImportSession _session;
    private readonly ImmutableArray<ImportedTensor?> _inputs;

    /// <summary>A context over operands that have been checked: all present ones are defined and have types.</summary>
    public OperatorContext(ImportSession session, SourceLocation location, FlatTable options,
        ImmutableArray<ImportedTensor?> inputs, ImmutableArray<ImportedTensor> outputs)
    {
        _session = session;
        _inputs = inputs;
        Location = location;
        Options = options;
        Outputs = outputs;
    }

    /// <summary>Place of the operator, for diagnostics.</summary>
    public SourceLocation Location { get; }

    /// <summary>The operator's options; absent where the file stores none.</summary>
    public FlatTable Options { get; }

    /// <summary>Results as the file declares them.</summary>
    public ImmutableArray<ImportedTensor> Outputs { get; }

    /// <summary>The only result.</summary>
    public ImportedTensor Output => Outputs[0];

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>How accumulators of this model become codes.</summary>
    public Requantization Requantization => _session.Requantization;

    /// <summary>A required operand.</summary>
    public ImportedTensor Input(int index) => _inputs[index] ?? throw new InvalidOperationException($"operand {index} is absent");

    /// <summary>All operands that are present.</summary>
    public IEnumerable<ImportedTensor> PresentInputs => _inputs.OfType<ImportedTensor>();

    /// <summary>An optional operand; null if absent.</summary>
    public ImportedTensor? OptionalInput(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>True if the required operands are there, there are not too many, and there is one result; else reported.</summary>
    public bool HasOperands(int required, int most)
    {
        var present = 0;
        while (present < _inputs.Length && _inputs[present] is not null)
            present++;
        if (present >= required && _inputs.Length <= most && Outputs.Length == 1)
            return true;
        var expected = required == most ? $"{required}" : most == int.MaxValue ? $"{required} or more" : $"{required} to {most}";
        Report(ImportDiagnostics.BadOperands, $"{_inputs.Length} inputs (the first {present} present) and {Outputs.Length} outputs, where {expected} inputs and 1 output are needed");
        return false;
    }

    /// <summary>Reports a finding at this operator.</summary>
    public void Report(DiagnosticDescriptor descriptor, string message, string? help = null) =>
        _session.Diagnostics.Report(descriptor, Location, message, help);

    /// <summary>Reports BRIM1006.</summary>
    public void UnsupportedOption(string message, string? help = null) => Report(ImportDiagnostics.UnsupportedOption, message, help);

    /// <summary>The value of an operand that must be known at import; null, reported, if it is not.</summary>
    public Tensor? Constant(int index, string role) => Constant(Input(index), role);

    /// <summary>The value of a tensor that must be known at import; null, reported, if it is not.</summary>
    public Tensor? Constant(ImportedTensor tensor, string role)
    {
        if (_session.Tensors.HasExceededConstants)
            return null;
        if (tensor.IsConstant)
            return _session.Tensors.ConstantOf(tensor);
        // The error at the tensor's definition has been reported already.
        if (!tensor.IsFailed)
            Report(ImportDiagnostics.NotConstant, $"the {role} {tensor} must be a constant");
        return null;
    }

    /// <summary>The elements of an int32 or int64 operand that must be known at import; null, reported, if it is not.</summary>
    public ImmutableArray<long>? Integers(int index, string role)
    {
        var tensor = Input(index);
        var element = tensor.KnownType.Element;
        if (element != ElementType.Int32 && element != ElementType.Int64)
        {
            Report(ImportDiagnostics.UnsupportedType, $"the {role} {tensor} is {element}, supported are i32 and i64");
            return null;
        }
        if (tensor.KnownType.Shape.ElementCount > ImportLimits.FoldedElements)
        {
            Report(ImportDiagnostics.LimitExceeded, $"the {role} {tensor} has {tensor.KnownType.Shape.ElementCount} elements");
            return null;
        }
        return Constant(tensor, role) is { } constant ? IndexArithmetic.Elements(constant) : null;
    }

    /// <summary>The fused activation stored in a field of the options; null, reported, if it is not supported.</summary>
    public Activation? FusedActivation(int field)
    {
        switch (Options.UInt8(field))
        {
            case 0:
                return Activation.None;
            case 1:
                return Activation.Relu;
            case 2:
                return Activation.ReluN1To1;
            case 3:
                return Activation.Relu6;
            case var code:
                var name = code switch { 4 => "TANH", 5 => "SIGN_BIT", _ => $"number {code}" };
                UnsupportedOption($"fused activation {name} is not supported, supported are NONE, RELU, RELU_N1_TO_1 and RELU6");
                return null;
        }
    }

    /// <summary>Receives findings of shape inference.</summary>
    public DiagnosticBag Findings => _session.Diagnostics;

    /// <summary>Adds a node for this operator.</summary>
    /// <returns>False, reported, if the operands' shapes do not fit, or the result is not the declared one.</returns>
    public bool Emit(Op op, params ReadOnlySpan<ImportedTensor> operands)
    {
        var types = ImmutableArray.CreateBuilder<TensorType?>(operands.Length);
        var ids = ImmutableArray.CreateBuilder<int>(operands.Length);
        foreach (var operand in operands)
        {
            types.Add(operand.KnownType);
            ids.Add(_session.ValueOf(operand));
        }
        return Emit(op, types.ToImmutable(), ids.ToImmutable());
    }

    /// <summary>Adds a node over values of the graph.</summary>
    public bool Emit(Op op, ImmutableArray<TensorType?> types, ImmutableArray<int> ids)
    {
        var shapes = op.InferShapes(types.AsSpan(), Location, _session.Diagnostics);
        if (shapes.IsEmpty || !_session.Define(Output, shapes[0], Location))
            return false;
        // An operand whose definition failed has no value; the import fails anyway, and goes on only to report the rest.
        if (!ids.Contains(ImportSession.NoValue))
            _session.Editor.AddNode(new Node(op, ids, [_session.ValueOf(Output)], Output.Name, Location));
        return true;
    }

    /// <summary>Id of a tensor's value in the graph, made at need.</summary>
    public int ValueOf(ImportedTensor tensor) => _session.ValueOf(tensor);

    /// <summary>Adds a constant that the file does not hold in this form.</summary>
    public int AddConstant(string name, Tensor tensor) => _session.Editor.AddConstant(name, tensor);

    /// <summary>Counts a constant to be made at import; false, reported, past the limit.</summary>
    public bool ChargeConstant(TensorType type) => _session.Tensors.ChargeConstant(type, Location);

    /// <summary>Makes the result a constant of the given elements; false, reported, if its declared type or shape is another one.</summary>
    public bool Fold(Tensor value)
    {
        var declared = Output.KnownType;
        if (value.Type.Element != declared.Element)
        {
            Report(ImportDiagnostics.UnsupportedType, $"the result {Output} is declared as {declared.Element}, its value is {value.Type.Element}");
            return false;
        }
        if (value.Type.Shape.Rank > ImportLimits.Rank)
        {
            Report(ImportDiagnostics.LimitExceeded, $"the result {Output} has {value.Type.Shape.Rank} dimensions, supported are up to {ImportLimits.Rank}");
            return false;
        }
        if (!_session.AgreesWithDeclaration(Output, value.Type.Shape, Location) || !ChargeConstant(value.Type))
            return false;
        var type = declared with { Shape = value.Type.Shape };
        Output.Type = type;
        Output.Constant = value.WithType(type);
        Output.IsDefined = true;
        return true;
    }
}
