using System.Text;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Testing.TfLite;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>Files that are no models, contradict themselves or exceed the limits.</summary>
public sealed class FileStructureTests
{
    private static TfLiteModelBuilder Relu(TensorType x, TensorType y, int input = 0, int output = 1)
    {
        var model = new TfLiteModelBuilder();
        model.Input("x", x);
        model.Tensor("y", y);
        model.Operator(TfLiteOperator.Relu, [input], [output]);
        model.Output(1);
        return model;
    }

    [Fact]
    public void OtherFilesAreNoModels()
    {
        foreach (var bytes in new[] { [], "\0\0\0\0TFL"u8.ToArray(), Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\n") })
        {
            var (graph, findings) = Imports.Of(bytes);
            Assert.Null(graph);
            Assert.Equal("BRIM1001", Assert.Single(findings).Descriptor.Code);
        }
        Imports.Rejected(new TfLiteModelBuilder { Identifier = "TFL2" }, ImportDiagnostics.NotTfLite);
    }

    [Fact]
    public void OtherSchemaVersionsAreReported()
    {
        var finding = Imports.Rejected(new TfLiteModelBuilder { SchemaVersion = 4 }, ImportDiagnostics.UnsupportedSchemaVersion);
        Assert.Contains("4", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelWithoutOutputsIsReported()
    {
        var model = new TfLiteModelBuilder();
        model.Input("x", Int8([1]));
        Imports.Rejected(model, ImportDiagnostics.MalformedFile);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(0, -3)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    public void BadTensorIndicesAreReported(int input, int output)
    {
        var findings = Imports.Rejected(Relu(Int8([4]), Int8([4]), input, output));
        Assert.All(findings, d => Assert.Equal("BRIM1010", d.Descriptor.Code));
    }

    [Fact]
    public void ResultWrittenTwiceIsReported()
    {
        var model = Relu(Int8([4]), Int8([4]));
        model.Operator(TfLiteOperator.Relu, [0], [1]);
        Assert.Contains("already defined", Imports.Rejected(model, ImportDiagnostics.BadOperands).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeclaredShapeMustBeTheComputedOne()
    {
        var finding = Imports.Rejected(Relu(Int8([4]), Int8([5])), ImportDiagnostics.ShapeMismatch);
        Assert.Equal("the result 'y' is declared as [5], but its shape is [4]", finding.Message);
    }

    [Fact]
    public void OpenDimensionsFollowFromTheInput()
    {
        var model = new TfLiteModelBuilder();
        model.MarkInput(model.Add(TfLiteTensor.Of("x", Int8([1, 6])) with { Signature = [-1, 6] }));
        model.Add(TfLiteTensor.Of("y", Int8([9, 6])) with { Signature = [-1, 6] });
        model.Add(TfLiteTensor.Of("z", Int8(Shape.Scalar)));
        model.Operator(TfLiteOperator.Relu, [0], [1]);
        model.Operator(TfLiteOperator.Relu, [1], [2]);
        model.Output(2);
        var graph = Imports.Clean(model);
        Assert.All(graph.Nodes, n => Assert.Equal([1, 6], graph.TypeOf(n.Output).Shape));
    }

    [Fact]
    public void OpenDimensionOtherThanTheBatchIsWarnedOf()
    {
        var model = Relu(Int8([1, 6]), Int8([1, 6]));
        var open = new TfLiteModelBuilder();
        open.MarkInput(open.Add(TfLiteTensor.Of("x", Int8([1, 6])) with { Signature = [-1, -1] }));
        open.Output(0);
        var (graph, findings) = Imports.Of(open.Build());
        Assert.NotNull(graph);
        Assert.Equal("BRIM1013", Assert.Single(findings).Descriptor.Code);
        Imports.Clean(model);
    }

    [Theory]
    [InlineData(new[] { 65536, 65536, 65536, 65536 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue })]
    [InlineData(new[] { (256 << 20) + 1 })]
    public void HugeTensorsAreRejectedBeforeAnythingIsAllocated(int[] shape)
    {
        var file = Relu(Int8([.. shape]), Int8([.. shape])).Build();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (graph, findings) = Imports.Of(file);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Null(graph);
        Assert.All(findings, d => Assert.Equal("BRIM1011", d.Descriptor.Code));
    }

    [Fact]
    public void ActivationsTogetherAreLimited()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([100 << 20]));
        foreach (var _ in Enumerable.Range(0, 4))
        {
            var y = model.Tensor("y", Int8([100 << 20]));
            model.Operator(TfLiteOperator.Relu, [x], [y]);
            model.Output(y);
        }
        Assert.Contains("together", Imports.Rejected(model, ImportDiagnostics.LimitExceeded).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BroadcastResultsAreLimited()
    {
        var model = new TfLiteModelBuilder();
        var y = model.Tensor("y", Int8([1]));
        model.Operator(TfLiteOperator.Add, [model.Input("a", Int8([1 << 20, 1])), model.Input("b", Int8([1, 1 << 20]))], [model.Add(TfLiteTensor.Of("open", Int8(Shape.Scalar)))], TfLiteOptions.Add());
        model.Output(3);
        Assert.Equal(0, y);
        Imports.Rejected(model, ImportDiagnostics.LimitExceeded);
    }

    [Fact]
    public void ConstantDataMustFitTheirType()
    {
        var model = Relu(Int8([4]), Int8([4]));
        model.Add(TfLiteTensor.Of("c", Int8([4])) with { Buffer = model.Buffer(new byte[3]) });
        model.Tensor("z", Int8([4]));
        model.Operator(TfLiteOperator.Add, [1, 2], [3], TfLiteOptions.Add());
        model.Output(3);
        Assert.Equal("3 bytes of data for i8[4] scale=0.5 zp=3, which needs 4", Imports.Rejected(model, ImportDiagnostics.BadConstant).Message);
    }

    [Fact]
    public void BufferIndexMustExist()
    {
        var model = Relu(Int8([4]), Int8([4]));
        model.Add(TfLiteTensor.Of("c", Int8([4])) with { Buffer = 99 });
        model.Tensor("z", Int8([4]));
        model.Operator(TfLiteOperator.Add, [1, 2], [3], TfLiteOptions.Add());
        model.Output(3);
        Imports.Rejected(model, ImportDiagnostics.MalformedFile);
    }

    [Fact]
    public void ManyOperandsOfOneBufferAreLimited()
    {
        // 400 constants of 1 MB from one buffer.
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1 << 20]));
        var buffer = model.Buffer(new byte[1 << 20]);
        foreach (var i in Enumerable.Range(0, 400))
        {
            var y = model.Tensor("y", Int8([1 << 20]));
            model.Operator(TfLiteOperator.Add, [x, model.Add(TfLiteTensor.Of("c", Int8([1 << 20])) with { Buffer = buffer })], [y], TfLiteOptions.Add());
            if (i == 0)
                model.Output(y);
        }
        var file = model.Build();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (graph, findings) = Imports.Of(file);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256L << 20);
        Assert.Null(graph);
        Assert.All(findings, d => Assert.Equal("BRIM1011", d.Descriptor.Code));
    }

    [Fact]
    public void EmptyActivationsAreReported()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 2]));
        var y = model.Tensor("y", Int8([1, 0]));
        model.Operator(TfLiteOperator.StridedSlice, [x, model.Integers("b", 0, 1), model.Integers("e", 1, 1), model.Integers("s", 1, 1)], [y], TfLiteOptions.StridedSlice());
        model.Output(y);
        Assert.Contains(Imports.Rejected(model), d => d.Descriptor.Code == "BRIM1010");
    }

    [Theory]
    [InlineData("a/b/Keyword Spotting-v2.tflite", "keyword_spotting_v2")]
    [InlineData(@"c:\models\3d.int8.tflite", "m3d_int8")]
    [InlineData("_x.tflite", "m_x")]
    [InlineData("\u00e4\u00f6.tflite", "model")]
    [InlineData("", "model")]
    [InlineData(".tflite", "m_tflite")]
    public void ModelNamesAreIdentifiers(string fileName, string expected) => Assert.Equal(expected, ModelName.FromFileName(fileName));

    [Fact]
    public void DiagnosticsAreListedOnceEach()
    {
        var fields = typeof(ImportDiagnostics).GetFields().Select(f => f.GetValue(null)).OfType<DiagnosticDescriptor>().ToArray();
        Assert.Equal(fields.Select(d => d.Code).Order(StringComparer.Ordinal), ImportDiagnostics.All.Select(d => d.Code).Order(StringComparer.Ordinal));
        Assert.Equal(fields.Length, fields.Select(d => d.Code).Distinct().Count());
        Assert.All(fields, d => Assert.Matches("^BRIM1[0-9]{3}$", d.Code));
    }
}
