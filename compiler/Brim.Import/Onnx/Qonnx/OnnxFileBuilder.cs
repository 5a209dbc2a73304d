using System.Collections.Immutable;
using System.Text;
using Brim.Core.IR;
using Brim.Import.Onnx.Wire;
using Google.Protobuf;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>Assembles an ONNX file: nodes, initializers and an interface under unique names.</summary>
internal sealed class OnnxFileBuilder
{
    // Opset 17 is the newest that all QONNX tools read; IR version 8 belongs to it.
    private const long StandardOpset = 17, IrVersion = 8;
    private const string QonnxDomain = "qonnx.custom_op.general";

    private readonly ModelProto _model;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public OnnxFileBuilder(string name)
    {
        _model = new ModelProto { IrVersion = IrVersion, ProducerName = "brim", Graph = new GraphProto { Name = name } };
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = StandardOpset });
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = QonnxDomain, Version = 1 });
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>A name that nothing has yet: the wish, or the wish and a number.</summary>
    public string Unique(string wish)
    {
        var name = wish.Length > 0 ? wish : "value";
        for (var n = 2; !_names.Add(name); n++)
            name = FormattableString.Invariant($"{wish}_{n}");
        return name;
    }

    /// <summary>Notes a property of the model.</summary>
    public void AddMetadata(string key, string value) => _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Adds an input of floats.</summary>
    public void AddInput(string name, Shape shape) => _model.Graph.Input.Add(Interface(name, shape));

    /// <summary>Adds an output of floats.</summary>
    public void AddOutput(string name, Shape shape) => _model.Graph.Output.Add(Interface(name, shape));

    /// <summary>Adds a node with one result; returns the result's name.</summary>
    public string Add(string operatorName, string nodeName, ImmutableArray<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Add(operatorName, "", nodeName, inputs, attributes);

    /// <summary>Adds a node of QONNX with one result; returns the result's name.</summary>
    public string AddQonnx(string operatorName, string nodeName, ImmutableArray<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Add(operatorName, QonnxDomain, nodeName, inputs, attributes);

    /// <summary>Adds a node of our own set with one result; returns the result's name.</summary>
    public string AddBrim(string operatorName, string nodeName, ImmutableArray<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        if (_model.OpsetImport.All(o => o.Domain != WindowBitsMapping.Domain))
            _model.OpsetImport.Add(new OperatorSetIdProto { Domain = WindowBitsMapping.Domain, Version = 1 });
        return Add(operatorName, WindowBitsMapping.Domain, nodeName, inputs, attributes);
    }

    /// <summary>Adds a float constant; returns its name.</summary>
    public string Floats(string name, Shape shape, ReadOnlySpan<float> values) =>
        Initializer(name, OnnxTensorType.Float, Tensor.FromFloats(new TensorType(ElementType.Float32, shape), values.ToArray()));

    /// <summary>Adds a vector of 64-bit integers; returns its name.</summary>
    public string Integers(string name, params ReadOnlySpan<long> values) =>
        Initializer(name, OnnxTensorType.Int64, Tensor.FromWideCodes(new TensorType(ElementType.Int64, [values.Length]), values.ToArray()));

    /// <summary>Adds a constant of 32- or 64-bit integers; returns its name.</summary>
    public string Codes(string name, Tensor codes) => Initializer(name, codes.Type.Element.Bits == 64 ? OnnxTensorType.Int64 : OnnxTensorType.Int32, codes);

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = 2 };

    /// <summary>A float attribute.</summary>
    public static AttributeProto Float(string name, float value) => new() { Name = name, F = value, Type = 1 };

    /// <summary>A text attribute.</summary>
    public static AttributeProto Text(string name, string value) => new() { Name = name, S = ByteString.CopyFrom(value, Encoding.UTF8), Type = 3 };

    /// <summary>A list attribute.</summary>
    public static AttributeProto Ints(string name, params IEnumerable<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.AddRange(values.Select(v => (long)v));
        return attribute;
    }

    private string Add(string operatorName, string domain, string nodeName, ImmutableArray<string> inputs, ReadOnlySpan<AttributeProto> attributes)
    {
        var result = Unique(nodeName);
        var node = new NodeProto { OpType = operatorName, Name = result };
        if (domain.Length > 0)
            node.Domain = domain;
        node.Input.AddRange(inputs);
        node.Output.Add(result);
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        _model.Graph.Node.Add(node);
        return result;
    }

    private string Initializer(string wish, OnnxTensorType type, Tensor tensor)
    {
        var proto = new TensorProto { Name = Unique(wish), DataType = (int)type, RawData = ByteString.CopyFrom(tensor.ToBytes()) };
        proto.Dims.AddRange(tensor.Type.Shape.Select(d => (long)d));
        _model.Graph.Initializer.Add(proto);
        return proto.Name;
    }

    private static ValueInfoProto Interface(string name, Shape shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxTensorType.Float, Shape = dimensions } } };
    }
}
