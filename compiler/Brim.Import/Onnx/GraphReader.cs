using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.QLinear;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx;

/// <summary>Walks the graph of a file: initializers, inputs, nodes in their (topological) order, outputs.</summary>
internal sealed class GraphReader(OnnxSession session, GraphProto graph)
{
    private readonly ImmutableArray<(NodeProto Node, SourceLocation Location)> _nodes = Nodes(session, graph);

    /// <summary>Reads everything; findings are in the session's diagnostics.</summary>
    public (ImmutableArray<OnnxValue> Inputs, ImmutableArray<OnnxValue> Outputs) Read()
    {
        foreach (var name in _nodes.SelectMany(n => n.Node.Input).Concat(graph.Output.Select(o => o.Name)))
            session.CountUse(name);
        foreach (var tensor in graph.Initializer)
            ReadInitializer(tensor);
        var inputs = ImmutableArray.CreateBuilder<OnnxValue>();
        // Files of IR version 3 list initializers among the inputs.
        foreach (var input in graph.Input.Where(i => session.Find(i.Name) is null))
        {
            if (ReadInput(input) is { } value)
                inputs.Add(value);
        }
        foreach (var (node, location) in _nodes)
            ReadNode(node, location);
        return (inputs.ToImmutable(), ReadOutputs());
    }

    private void ReadInitializer(TensorProto tensor)
    {
        var location = At($"initializer '{tensor.Name}'");
        var value = session.Tensors.Read(tensor, location);
        var named = value is null
            ? new OnnxValue(tensor.Name, Shape.Scalar) { IsFailed = true }
            : new OnnxValue(tensor.Name, value.Type.Shape) { Constant = value };
        if (!session.Define(tensor.Name, named))
            session.Diagnostics.Report(ImportDiagnostics.BadOperands, location, "the name is defined twice");
    }

    private OnnxValue? ReadInput(ValueInfoProto input)
    {
        var location = At($"input '{input.Name}'");
        var failed = new OnnxValue(input.Name, Shape.Scalar) { IsFailed = true };
        var before = session.Diagnostics.Items.Count;
        var type = ReadType(input, location);
        if (type is null || session.Diagnostics.Items.Count > before)
        {
            session.Define(input.Name, failed);
            return null;
        }
        var value = new OnnxValue(input.Name, type.Shape);
        var stored = type.Shape;
        if (stored.Rank == 4 && !IsTransposedFromNhwc(input.Name))
        {
            stored = [stored[0], stored[2], stored[3], stored[1]];
            value = value with { Order = StorageOrder.ChannelsLast };
        }
        if (!session.Budget.ChargeActivation(type, location))
        {
            session.Define(input.Name, failed);
            return null;
        }
        value = value with { Id = session.Editor.AddInput(input.Name, type with { Shape = stored }) };
        if (type.Quant is null)
        {
            session.Define(input.Name, value);
            return value;
        }
        session.HasLinearCodes = true;
        if (session.AddNode(new Dequantize(), [value.Id], input.Name, location) is { } reals)
            session.Define(input.Name, value with { Id = reals, CodeType = type });
        return value;
    }

    // Codes have the scale and zero point with which the model reads them.
    private QuantParams? ReadQuant(ValueInfoProto input)
    {
        var (reader, _) = _nodes.FirstOrDefault(n => n.Node.OpType == "DequantizeLinear" && n.Node.Input.Count > 1 && n.Node.Input[0] == input.Name);
        return reader is null ? null : LinearParameters.OfTensor(session.Find(reader.Input[1]), reader.Input.Count > 2 ? session.Find(reader.Input[2]) : null);
    }

    private TensorType? ReadType(ValueInfoProto input, SourceLocation location)
    {
        if (input.Type?.TensorType is not { } tensor)
        {
            session.Diagnostics.Report(ImportDiagnostics.UnsupportedOnnxFeature, location, "the input is no tensor");
            return null;
        }
        var element = (OnnxTensorType)tensor.ElemType == OnnxTensorType.Float ? ElementType.Float32 : TensorReader.ElementOf((OnnxTensorType)tensor.ElemType);
        var quant = element is { IsInteger: true, Bits: <= 16 } ? ReadQuant(input) : null;
        if (element is not { } known || (!known.IsFloat && quant is null))
        {
            session.Diagnostics.Report(ImportDiagnostics.UnsupportedOnnxType, location,
                $"the input is {(OnnxTensorType)tensor.ElemType}, supported are Float, and codes of at most 16 bits that DequantizeLinear or a QLinear operator reads with constant scale");
            return null;
        }
        if (tensor.Shape is null)
        {
            session.Diagnostics.Report(ImportDiagnostics.UnknownInputShape, location, "the file states no shape");
            return null;
        }
        var dimensions = tensor.Shape.Dim.Select((d, i) => d.HasDimValue ? d.DimValue : i == 0 ? 1 : -1).ToList();
        if (dimensions.IndexOf(-1) is >= 0 and var open && !tensor.Shape.Dim[open].HasDimValue)
        {
            session.Diagnostics.Report(ImportDiagnostics.UnknownInputShape, location, $"dimension {open} is open ('{tensor.Shape.Dim[open].DimParam}')");
            return null;
        }
        return session.Budget.ShapeOf(dimensions, known, location) is { } shape ? new TensorType(known, shape, quant) : null;
    }

    private bool IsTransposedFromNhwc(string name)
    {
        var readers = graph.Node.Where(n => n.Input.Contains(name)).ToList();
        return readers.Count > 0 && readers.All(n => n.OpType == "Transpose"
            && n.Attribute.Any(a => a.Name == "perm" && a.Ints.SequenceEqual([0, 3, 1, 2])));
    }

    // Operators on codes become several nodes, at one place.
    private static ImmutableArray<(NodeProto Node, SourceLocation Location)> Nodes(OnnxSession session, GraphProto graph)
    {
        var expansion = new QLinearExpansion(graph);
        var nodes = ImmutableArray.CreateBuilder<(NodeProto, SourceLocation)>(graph.Node.Count);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            var location = new SourceLocation(session.FileName, $"node #{i} {node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(""))}'");
            var parts = expansion.Expand(node);
            if (parts.Length > 1)
                session.OperatorsOnCodes.Add(location);
            nodes.AddRange(parts.Select(part => (part, location)));
        }
        return nodes.ToImmutable();
    }

    private void ReadNode(NodeProto node, SourceLocation location)
    {
        var diagnostics = session.Diagnostics;
        var mapping = OnnxOpCatalog.Find(node.Domain, node.OpType);
        var inputs = ImmutableArray.CreateBuilder<OnnxValue?>(node.Input.Count);
        var failed = mapping is null;
        foreach (var name in node.Input)
        {
            var value = name.Length == 0 ? null : session.Find(name);
            if (name.Length > 0 && value is null)
                diagnostics.Report(ImportDiagnostics.BadOperands, location, $"'{name}' is read before anything defines it");
            failed |= name.Length > 0 && (value is null || value.IsFailed);
            inputs.Add(value);
        }
        var moved = mapping?.CodeUse == CodeUse.Moves ? inputs.FirstOrDefault()?.CodeType : null;
        var context = new NodeContext(session, node, location, inputs.ToImmutable(), moved);
        if (mapping is null)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedOperator, location,
                $"operator {(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.OpType} is not supported");
        }
        else
        {
            failed |= !HasKnownAttributes(node, mapping, location);
            if (mapping.CodeUse == CodeUse.None && inputs.FirstOrDefault(v => v?.CodeType is not null) is { } codes)
            {
                diagnostics.Report(ImportDiagnostics.UnsupportedOnnxType, location, $"{codes} is {codes.CodeType!.Element}, supported is f32 (DequantizeLinear)");
                failed = true;
            }
        }
        if (!failed)
            mapping!.Map(context);
        context.FailRest();
    }

    private bool HasKnownAttributes(NodeProto node, NodeMapping mapping, SourceLocation location)
    {
        var unknown = node.Attribute.Where(a => !mapping.Attributes.Contains(a.Name) || a.HasG || a.HasRefAttrName).Select(a => a.Name).ToList();
        foreach (var name in unknown)
            session.Diagnostics.Report(ImportDiagnostics.UnsupportedOption, location, $"attribute {name} is not supported");
        return unknown.Count == 0;
    }

    private ImmutableArray<OnnxValue> ReadOutputs()
    {
        var outputs = ImmutableArray.CreateBuilder<OnnxValue>();
        foreach (var output in graph.Output)
        {
            var location = At($"output '{output.Name}'");
            if (session.Find(output.Name) is not { } value)
            {
                session.Diagnostics.Report(ImportDiagnostics.BadOperands, location, "nothing defines the output");
                continue;
            }
            if (value.IsFailed)
                continue;
            if (value.Constant is { Type.Element.IsFloat: false })
            {
                session.Diagnostics.Report(ImportDiagnostics.UnsupportedOnnxType, location, "the output does not depend on an input and is no float");
                continue;
            }
            var id = value.Order == StorageOrder.ChannelsLast ? value.Id : session.Plain(value, location);
            if (id is null)
                continue;
            session.Editor.AddOutput(id.Value);
            outputs.Add(value.Order == StorageOrder.ChannelsLast ? value : value with { Id = id.Value, Order = StorageOrder.Plain });
        }
        if (graph.Output.Count == 0)
            session.Diagnostics.Report(ImportDiagnostics.BadOperands, new SourceLocation(session.FileName), "the model has no output");
        return outputs.ToImmutable();
    }

    private SourceLocation At(string place) => new(session.FileName, place);
}
