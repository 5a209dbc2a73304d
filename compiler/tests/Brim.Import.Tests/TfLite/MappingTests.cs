using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite;

namespace Brim.Import.Tests.TfLite;

/// <summary>Each operator of the catalogue becomes the node that it means.</summary>
public sealed class MappingTests
{
    public static TheoryData<string> Cases => [.. OneOperatorModels.All.Select(m => $"{m.Operator} {m.Case}")];

    [Fact]
    public void EveryOperatorOfTheCatalogueHasAModel() =>
        Assert.Equal(TfLiteOpCatalog.OperatorNames.Order(StringComparer.Ordinal), OneOperatorModels.All.Select(m => m.Operator).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void CodesAreUnique() => Assert.Equal(TfLiteOpCatalog.All.Length, TfLiteOpCatalog.All.DistinctBy(m => m.Code).Count());

    [Theory]
    [MemberData(nameof(Cases))]
    public void BecomesItsNode(string name)
    {
        var model = OneOperatorModels.All.Single(m => $"{m.Operator} {m.Case}" == name);
        var graph = Imports.Clean(model.File);
        Assert.Equal("test_model", graph.Name);
        Assert.Equal(GraphPhase.Imported, graph.Phase);
        var output = graph[Assert.Single(graph.Outputs)];
        Assert.Equal("y", output.Name);
        if (model.Expected is null)
        {
            Assert.Empty(graph.Nodes);
            Assert.True(output.IsConstant);
            return;
        }
        var node = Assert.Single(graph.Nodes);
        Assert.Equal(model.Expected, node.Op);
        Assert.Equal($"{Imports.FileName}: op #0 {model.Operator} 'y'", node.Location.ToString());
    }

    [Fact]
    public void WeightsKeepTheirCodesAndScales()
    {
        var graph = Imports.Clean(OneOperatorModels.All.Single(m => m.Case == "int8 grouped, int4 weights").File);
        var inputs = graph.Nodes[0].Inputs;
        var w = graph[inputs[1]].Constant!;
        var expected = Types.Weights([6, 1, 1, 2], 0, 4);
        Assert.Equal(expected.Type, w.Type);
        Assert.Equal(expected.Codes, w.Codes);
        Assert.Contains(w.Codes, c => c < 0);
        Assert.Equal(Types.Bias(6, true).Codes, graph[inputs[2]].Constant!.Codes);
    }

    [Fact]
    public void AbsentBiasIsNone()
    {
        var graph = Imports.Clean(OneOperatorModels.All.Single(m => m.Case == "int8 VALID dilated, no bias").File);
        Assert.Equal(Value.None, graph.Nodes[0].Inputs[2]);
    }

    [Fact]
    public void RequantizationIsTheCallersChoice()
    {
        var file = OneOperatorModels.All.Single(m => m.Operator == "CONV_2D" && m.Case == "int8 SAME").File;
        var graph = TfLiteImporter.Import(file, "a.tflite", new Core.Diagnostics.DiagnosticBag(), Requantization.Single)!;
        Assert.Equal(Requantization.Single, ((Conv2D)graph.Nodes[0].Op).Requantization);
    }
}
