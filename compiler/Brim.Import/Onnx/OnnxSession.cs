using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Qonnx;

namespace Brim.Import.Onnx;

/// <summary>The state of one import: the graph as far as it has come, and the model's values by name.</summary>
internal sealed class OnnxSession
{
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Node> _producers = [];
    private readonly Dictionary<(int Id, StorageOrder Order), int> _reordered = [];

    public OnnxSession(string fileName, long opset, BrimMetadata metadata, DiagnosticBag diagnostics)
    {
        (FileName, Opset, Metadata, Diagnostics) = (fileName, opset, metadata, diagnostics);
        Budget = new ConstantBudget(diagnostics);
        Tensors = new TensorReader(Budget, diagnostics);
        Editor = new GraphEditor(ModelName.FromFileName(fileName)) { Phase = GraphPhase.Imported };
    }

    /// <summary>File name for locations.</summary>
    public string FileName { get; }

    /// <summary>Version of the standard operator set.</summary>
    public long Opset { get; }

    /// <summary>What this compiler noted in the file.</summary>
    public BrimMetadata Metadata { get; }

    /// <summary>Receives findings.</summary>
    public DiagnosticBag Diagnostics { get; }

    /// <summary>Limits.</summary>
    public ConstantBudget Budget { get; }

    /// <summary>Reads stored tensors.</summary>
    public TensorReader Tensors { get; }

    /// <summary>The graph to be.</summary>
    public GraphEditor Editor { get; }

    /// <summary>Codes of constants of the graph that the model quantizes, by value id.</summary>
    public Dictionary<int, Tensor> CodesOf { get; } = [];

    /// <summary>True if activations pass through QuantizeLinear or are codes at the interface: the model means integer arithmetic between them.</summary>
    public bool HasLinearCodes { get; set; }

    /// <summary>Places of operators on codes (QLinear), which state how they round; between QuantizeLinear and DequantizeLinear a model leaves that open.</summary>
    public HashSet<SourceLocation> OperatorsOnCodes { get; } = [];

    /// <summary>The value with a name; null if nothing has defined it.</summary>
    public OnnxValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Defines a name; false if it was defined before.</summary>
    public bool Define(string name, OnnxValue value) => _values.TryAdd(name, value);

    /// <summary>Counts a read of a name, by a node or as a model output.</summary>
    public void CountUse(string name) => _uses[name] = _uses.GetValueOrDefault(name) + 1;

    /// <summary>True if exactly one node reads a name and it is no model output.</summary>
    public bool IsUsedOnce(string name) => _uses.GetValueOrDefault(name) == 1;

    /// <summary>The node that produces a value of the graph; null for inputs and constants.</summary>
    public Node? ProducerOf(int id) => _producers.GetValueOrDefault(id);

    /// <summary>Adds a node over values of the graph, with a float result.</summary>
    /// <returns>The result; null, reported, if shapes do not fit or limits are exceeded.</returns>
    public int? AddNode(Op op, ReadOnlySpan<int> inputs, string name, SourceLocation location, TensorType? result = null)
    {
        var types = ImmutableArray.CreateBuilder<TensorType?>(inputs.Length);
        foreach (var id in inputs)
            types.Add(id == Value.None ? null : Editor[id].Type);
        var shapes = op.InferShapes(types.ToImmutable().AsSpan(), location, Diagnostics);
        if (shapes.IsEmpty)
            return null;
        var type = result ?? new TensorType(ElementType.Float32, shapes[0]);
        if (!Budget.ChargeActivation(type, location))
            return null;
        var id2 = Editor.AddValue(name, type);
        var node = new Node(op, [.. inputs], [id2], name, location);
        Editor.AddNode(node);
        _producers[id2] = node;
        return id2;
    }

    /// <summary>Adds a constant to the graph.</summary>
    public int AddConstant(string name, Tensor tensor, Tensor? codes = null)
    {
        var id = Editor.AddConstant(name, tensor);
        if (codes is not null)
            CodesOf[id] = codes;
        return id;
    }

    /// <summary>
    /// Computes an operator on constants. Scales per channel must run along <paramref name="quantAxis"/> of the result.
    /// </summary>
    /// <returns>Null, reported, if shapes do not fit or limits are exceeded.</returns>
    public Tensor? Evaluate(Op op, ImmutableArray<Tensor> operands, SourceLocation location, int? quantAxis = null)
    {
        var shapes = op.InferShapes([.. operands.Select(t => t.Type)], location, Diagnostics);
        if (shapes.IsEmpty)
            return null;
        var quant = operands[0].Type.Quant;
        if (quant is { IsPerTensor: false } && quantAxis is { } axis)
            quant = QuantParams.PerAxis(axis, quant.Scales, quant.ZeroPoints);
        var type = new TensorType(operands[0].Type.Element, shapes[0], quant);
        if (!Budget.Charge(type, location))
            return null;
        var context = new EvaluationContext([.. operands], [type]);
        op.Evaluate(context);
        return context.Outputs[0].WithType(type);
    }

    /// <summary>The id of a value in the order that the model states; null if the conversion failed (reported).</summary>
    public int? Plain(OnnxValue value, SourceLocation location)
    {
        if (value.Constant is { } constant)
            return AddConstant(value.Name, constant, value.Codes);
        if (value.Order == StorageOrder.Plain)
            return value.Id;
        return Reorder(value, StorageOrder.Plain, () =>
        {
            var image = value.Order == StorageOrder.ChannelsLast ? value.Shape : [value.Shape[0], .. value.Image];
            var id = value.Id;
            if (value.Order == StorageOrder.FlatChannelsLast)
                id = AddNode(new Reshape([image[0], image[2], image[3], image[1]]), [id], value.Name, location) ?? Value.None;
            var nchw = id == Value.None ? null : Permute(id, image, [0, 3, 1, 2], value.Name, location);
            return nchw is null || value.Order == StorageOrder.ChannelsLast ? nchw : AddNode(new Reshape(value.Shape), [nchw.Value], value.Name, location);
        });
    }

    /// <summary>The id of an image in NHWC order; null if the value has not four dimensions or the conversion failed (reported).</summary>
    public int? ChannelsLast(OnnxValue value, SourceLocation location)
    {
        if (value.Shape.Rank != 4)
        {
            Diagnostics.Report(ImportDiagnostics.BadOperands, location, $"{value} [{value.Shape}] must have 4 dimensions (NCHW); one- and three-dimensional convolutions and pools are not supported");
            return null;
        }
        if (value.Constant is { } constant)
            return Evaluate(new Transpose([0, 2, 3, 1]), [constant], location) is { } nhwc ? AddConstant(value.Name, nhwc) : null;
        if (value.Order == StorageOrder.ChannelsLast)
            return value.Id;
        var s = value.Shape;
        return Reorder(value, StorageOrder.ChannelsLast, () => Permute(value.Id, [s[0], s[2], s[3], s[1]], [0, 2, 3, 1], value.Name, location));
    }

    // A permutation that moves no element is a reshape.
    private int? Permute(int id, Shape result, ImmutableArray<int> permutation, string name, SourceLocation location)
    {
        var from = Editor[id].Type.Shape;
        var moved = permutation.Where(d => from[d] != 1).ToArray();
        return moved.SequenceEqual(moved.Order())
            ? AddNode(new Reshape(new Shape([.. permutation.Select(d => from[d])])), [id], name, location)
            : AddNode(new Transpose(permutation), [id], name, location);
    }

    private int? Reorder(OnnxValue value, StorageOrder order, Func<int?> make)
    {
        if (_reordered.TryGetValue((value.Id, order), out var known))
            return known;
        if (make() is not { } id)
            return null;
        _reordered.Add((value.Id, order), id);
        return id;
    }
}
