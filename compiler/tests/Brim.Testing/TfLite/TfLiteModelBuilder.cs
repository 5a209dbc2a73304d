using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Testing.TfLite;

/// <summary>
/// Describes a TensorFlow Lite model and writes its file. Nothing is checked: tests also describe models that no reader should accept.
/// </summary>
public sealed class TfLiteModelBuilder
{
    private readonly List<TfLiteTensor> _tensors = [];
    private readonly List<ReadOnlyMemory<byte>> _buffers = [ReadOnlyMemory<byte>.Empty];
    private readonly List<(int Code, int Version, string? Custom)> _codes = [];
    private readonly List<WrittenOperator> _operators = [];
    private readonly List<int> _inputs = [];
    private readonly List<int> _outputs = [];

    private sealed record WrittenOperator(int Opcode, int[] Inputs, int[] Outputs, int OptionsTag, TfLiteOptions? Options);

    /// <summary>Value of the schema version field.</summary>
    public int SchemaVersion { get; set; } = 3;

    /// <summary>Bytes 4 to 7 of the file.</summary>
    public string Identifier { get; set; } = "TFL3";

    /// <summary>Adds a tensor that is neither constant nor a model input; returns its index.</summary>
    public int Tensor(string name, TensorType type) => Add(TfLiteTensor.Of(name, type));

    /// <summary>Adds a tensor with every field under the caller's control.</summary>
    public int Add(TfLiteTensor tensor)
    {
        _tensors.Add(tensor);
        return _tensors.Count - 1;
    }

    /// <summary>Adds a model input.</summary>
    public int Input(string name, TensorType type)
    {
        _inputs.Add(Tensor(name, type));
        return _inputs[^1];
    }

    /// <summary>Makes a tensor a model input.</summary>
    public void MarkInput(int tensor) => _inputs.Add(tensor);

    /// <summary>Makes a tensor a model output.</summary>
    public void Output(int tensor) => _outputs.Add(tensor);

    /// <summary>Adds a constant; 4-bit codes are packed two a byte, the first in the low half.</summary>
    public int Constant(string name, Tensor value) => Add(TfLiteTensor.Of(name, value.Type) with { Buffer = Buffer(BytesOf(value)) });

    /// <summary>Adds a constant vector of int32.</summary>
    public int Integers(string name, params int[] values) =>
        Constant(name, Brim.Core.IR.Tensor.FromCodes(new TensorType(ElementType.Int32, [values.Length]), values));

    /// <summary>Adds a buffer; returns its index.</summary>
    public int Buffer(ReadOnlyMemory<byte> data)
    {
        _buffers.Add(data);
        return _buffers.Count - 1;
    }

    /// <summary>Adds an operator.</summary>
    public void Operator(TfLiteOperator code, int[] inputs, int[] outputs, TfLiteOptions? options = null, int version = 1, string? custom = null)
    {
        _operators.Add(new WrittenOperator(_codes.Count, inputs, outputs, options?.Tag ?? 0, options));
        _codes.Add(((int)code, version, custom));
    }

    /// <summary>Writes the file.</summary>
    public byte[] Build()
    {
        var b = new FlatBufferBuilder();
        var buffers = _buffers.Select(data => data.IsEmpty ? b.Table() : b.Table(FlatField.Offset(0, b.Vector(data.Span, 1, 16)))).ToArray();
        var tensors = _tensors.Select(t => t.Write(b)).ToArray();
        var operators = _operators.Select(o => Write(b, o)).ToArray();
        var subgraph = b.Table(
            FlatField.Offset(0, b.Tables(tensors)),
            FlatField.Offset(1, b.Int32s(_inputs)),
            FlatField.Offset(2, b.Int32s(_outputs)),
            FlatField.Offset(3, b.Tables(operators)),
            FlatField.Offset(4, b.String("main")));
        var codes = _codes.Select(c => Write(b, c.Code, c.Version, c.Custom)).ToArray();
        var model = b.Table(
            FlatField.Int32(0, SchemaVersion),
            FlatField.Offset(1, b.Tables(codes)),
            FlatField.Offset(2, b.Tables([subgraph])),
            FlatField.Offset(3, b.String("written by a test")),
            FlatField.Offset(4, b.Tables(buffers)));
        return b.Finish(model, Identifier);
    }

    private static int Write(FlatBufferBuilder b, WrittenOperator o)
    {
        List<FlatField> fields =
        [
            FlatField.Int32(0, o.Opcode),
            FlatField.Offset(1, b.Int32s(o.Inputs)),
            FlatField.Offset(2, b.Int32s(o.Outputs)),
        ];
        if (o.Options is { } options)
        {
            fields.Add(FlatField.UInt8(3, o.OptionsTag));
            fields.Add(FlatField.Offset(4, b.Table([.. options.Fields(b)])));
        }
        return b.Table(fields);
    }

    private static int Write(FlatBufferBuilder b, int code, int version, string? custom)
    {
        // Codes past 127 do not fit the older field, which then holds 127.
        List<FlatField> fields = [FlatField.UInt8(0, Math.Min(code, 127)), FlatField.Int32(2, version), FlatField.Int32(3, code)];
        if (custom is not null)
            fields.Add(FlatField.Offset(1, b.String(custom)));
        return b.Table(fields);
    }

    private static ReadOnlyMemory<byte> BytesOf(Tensor value)
    {
        if (value.Type.Element.Bits != 4)
            return value.ToBytes();
        var packed = new byte[(value.Codes.Length + 1) / 2];
        for (var i = 0; i < value.Codes.Length; i++)
            packed[i / 2] |= (byte)((value.Codes[i] & 15) << (4 * (i % 2)));
        return packed;
    }
}
