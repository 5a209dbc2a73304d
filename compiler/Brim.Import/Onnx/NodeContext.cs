using System.Collections.Immutable;
using System.Text;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx;

/// <summary>One node of the file as its mapping sees it: operands, attributes, and the ways to report and to define results.</summary>
internal sealed class NodeContext
{
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    private readonly ImmutableArray<OnnxValue?> _inputs;
    private readonly ImmutableArray<string> _outputs;
    private readonly HashSet<int> _defined = [];
    private readonly TensorType? _movedCodes; // type of the codes that the operator moves

    public NodeContext(OnnxSession session, NodeProto node, SourceLocation location, ImmutableArray<OnnxValue?> inputs, TensorType? movedCodes)
    {
        (Session, Location, _inputs, _movedCodes) = (session, location, inputs, movedCodes);
        _outputs = [.. node.Output];
        foreach (var attribute in node.Attribute)
            _attributes.TryAdd(attribute.Name, attribute);
        OpType = node.OpType;
        Name = node.Name.Length > 0 ? node.Name : _outputs.FirstOrDefault("");
    }

    /// <summary>The import.</summary>
    public OnnxSession Session { get; }

    /// <summary>Place of the node, for diagnostics.</summary>
    public SourceLocation Location { get; }

    /// <summary>Operator type.</summary>
    public string OpType { get; }

    /// <summary>Name of the node, else of its first result.</summary>
    public string Name { get; }

    /// <summary>Version of the standard operator set.</summary>
    public long Opset => Session.Opset;

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>Number of results that the node names.</summary>
    public int OutputCount => _outputs.Count(name => name.Length > 0);

    /// <summary>A required operand.</summary>
    public OnnxValue Input(int index) => _inputs[index] ?? throw new InvalidOperationException($"operand {index} is absent");

    /// <summary>An optional operand; null if absent.</summary>
    public OnnxValue? Optional(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>True if the required operands are there, there are not too many, and only the first result is named; else reported.</summary>
    public bool HasOperands(int required, int most)
    {
        if (_inputs.Length >= required && _inputs.Length <= most && _inputs.Take(required).All(v => v is not null) && _outputs.Length > 0 && _outputs[0].Length > 0
            && OutputCount == 1)
        {
            return true;
        }
        Report(ImportDiagnostics.BadOperands, OutputCount > 1
            ? $"the second result '{_outputs.Where(o => o.Length > 0).ElementAt(1)}' is not supported"
            : $"{_inputs.Length} inputs and {OutputCount} outputs, where {required} to {most} inputs and 1 output are needed");
        return false;
    }

    /// <summary>Reports a finding at this node.</summary>
    public void Report(DiagnosticDescriptor descriptor, string message, string? help = null) =>
        Session.Diagnostics.Report(descriptor, Location, message, help);

    /// <summary>Reports BRIM1006.</summary>
    public void UnsupportedOption(string message, string? help = null) => Report(ImportDiagnostics.UnsupportedOption, message, help);

    /// <summary>True if the node states an attribute.</summary>
    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    /// <summary>An integer attribute.</summary>
    public long Int(string attribute, long otherwise) => _attributes.TryGetValue(attribute, out var a) ? a.I : otherwise;

    /// <summary>A float attribute.</summary>
    public float Float(string attribute, float otherwise) => _attributes.TryGetValue(attribute, out var a) ? a.F : otherwise;

    /// <summary>A text attribute.</summary>
    public string Text(string attribute, string otherwise) => _attributes.TryGetValue(attribute, out var a) ? Encoding.UTF8.GetString(a.S.Span) : otherwise;

    /// <summary>A list attribute; null if absent.</summary>
    public ImmutableArray<long>? Ints(string attribute) => _attributes.TryGetValue(attribute, out var a) ? [.. a.Ints] : null;

    /// <summary>A list of floats; null if absent.</summary>
    public ImmutableArray<float>? Floats(string attribute) => _attributes.TryGetValue(attribute, out var a) ? [.. a.Floats] : null;

    /// <summary>A tensor attribute; null if absent.</summary>
    public TensorProto? TensorOf(string attribute) => _attributes.TryGetValue(attribute, out var a) ? a.T : null;

    /// <summary>The value of an operand that must be known at import; null, reported, if it is not.</summary>
    public Tensor? Constant(int index, string role)
    {
        if (Input(index).Constant is { } constant)
            return constant;
        Report(ImportDiagnostics.NotConstant, $"the {role} {Input(index)} must be a constant");
        return null;
    }

    /// <summary>The elements of a float operand that must be known at import; null, reported, if they are not.</summary>
    public float[]? ConstantFloats(int index, string role)
    {
        if (Constant(index, role) is not { } constant)
            return null;
        if (constant.Type.Element.IsFloat)
            return constant.Floats;
        Report(ImportDiagnostics.UnsupportedOnnxType, $"the {role} {Input(index)} is {constant.Type.Element}, supported is f32");
        return null;
    }

    /// <summary>The elements of an integer operand that must be known at import; null, reported, if they are not.</summary>
    public ImmutableArray<long>? Integers(int index, string role)
    {
        if (Constant(index, role) is not { } constant)
            return null;
        if (constant.Type.Element.IsFloat || constant.Type.Shape.ElementCount > ImportLimits.FoldedElements)
        {
            Report(ImportDiagnostics.BadConstant, $"the {role} {Input(index)} is {constant.Type}, expected are at most {ImportLimits.FoldedElements} integers");
            return null;
        }
        return [.. Enumerable.Range(0, (int)constant.Type.Shape.ElementCount).Select(i => constant.CodeAt(i))];
    }

    /// <summary>True if an operand is a value of the graph or a float constant; else reported.</summary>
    public bool IsFloat(OnnxValue value)
    {
        if (value.Constant is not { Type.Element.IsFloat: false } constant)
            return true;
        Report(ImportDiagnostics.UnsupportedOnnxType, $"{value} is {constant.Type.Element}, supported is f32");
        return false;
    }

    /// <summary>An axis counted from the front; null, reported, if there is none.</summary>
    public int? Axis(long axis, int rank)
    {
        if (axis >= -rank && axis < rank)
            return (int)(axis < 0 ? axis + rank : axis);
        Report(ImportDiagnostics.BadOperands, $"axis {axis} of {rank} dimensions");
        return null;
    }

    /// <summary>Adds a node of the graph with a float result; null, reported, if it does not fit.</summary>
    public int? Add(Op op, params ReadOnlySpan<int?> inputs)
    {
        var ids = ImmutableArray.CreateBuilder<int>(inputs.Length);
        foreach (var id in inputs)
        {
            if (id is null)
                return null;
            ids.Add(id.Value);
        }
        return Session.AddNode(op, ids.ToImmutable().AsSpan(), Name, Location);
    }

    /// <summary>Quantizes a value of the graph.</summary>
    /// <param name="id">The value.</param>
    /// <param name="type">Element type and quantization of the codes; the shape is the value's in the graph.</param>
    /// <returns>The real values of the codes; null, reported, past the limits.</returns>
    public int? AddCodes(int id, TensorType type)
    {
        var codes = Session.AddNode(new Quantize(), [id], Name, Location, type with { Shape = Session.Editor[id].Type.Shape });
        return Add(new Dequantize(), codes);
    }

    /// <summary>Defines the result as a constant; null is ignored (its reason was reported).</summary>
    public void SetConstant(Tensor? tensor, Tensor? codes = null)
    {
        if (tensor is null)
            return;
        if (tensor.Type.Shape.Rank > ImportLimits.Rank)
        {
            Report(ImportDiagnostics.LimitExceeded, $"the result has {tensor.Type.Shape.Rank} dimensions, supported are up to {ImportLimits.Rank}");
            return;
        }
        Set(new OnnxValue(_outputs[0], tensor.Type.Shape) { Constant = tensor, Codes = codes });
    }

    /// <summary>Defines the result as a value of the graph; a null id is ignored (its reason was reported).</summary>
    public void Set(int? id, Shape shape, StorageOrder order = StorageOrder.Plain, Shape image = default)
    {
        if (id is { } known)
            Set(new OnnxValue(_outputs[0], shape) { Id = known, Order = order, Image = image });
    }

    /// <summary>Defines the result as a value of the graph in plain order, with the shape that it has there.</summary>
    public void SetPlain(int? id)
    {
        if (id is { } known)
            Set(known, Session.Editor[known].Type.Shape);
    }

    /// <summary>Defines the result as an image of the graph in NHWC order.</summary>
    public void SetChannelsLast(int? id)
    {
        if (id is not { } known)
            return;
        var s = Session.Editor[known].Type.Shape;
        Set(known, [s[0], s[3], s[1], s[2]], StorageOrder.ChannelsLast);
    }

    /// <summary>Defines the result as another name of a value.</summary>
    public void Set(OnnxValue value)
    {
        if (!Session.Define(_outputs[0], value with { Name = _outputs[0], CodeType = _movedCodes ?? value.CodeType }))
            Report(ImportDiagnostics.BadOperands, $"'{_outputs[0]}' is defined twice");
        _defined.Add(0);
    }

    /// <summary>Marks what the mapping has not defined, so that nothing that follows from it is reported.</summary>
    public void FailRest()
    {
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (!_defined.Contains(i) && _outputs[i].Length > 0)
                Session.Define(_outputs[i], new OnnxValue(_outputs[i], Shape.Scalar) { IsFailed = true });
        }
    }
}
