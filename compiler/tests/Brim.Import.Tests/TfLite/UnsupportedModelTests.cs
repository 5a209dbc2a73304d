using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Testing.TfLite;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>What cannot be compiled is reported completely: every operator, option, type and version, in one run, where it stands.</summary>
public sealed class UnsupportedModelTests
{
    [Fact]
    public void OneRunReportsEverything()
    {
        var model = new TfLiteModelBuilder();
        var type = Int8([1, 4]);
        var t = Enumerable.Range(0, 9).Select(i => i == 0 ? model.Input("t0", type) : model.Tensor($"t{i}", type)).ToArray();
        model.Operator(TfLiteOperator.HardSwish, [t[0]], [t[1]]);
        model.Operator(TfLiteOperator.Custom, [t[1]], [t[2]], custom: "MyOp");
        model.Operator(TfLiteOperator.Gelu, [t[2]], [t[3]], version: 2);
        model.Operator(TfLiteOperator.Add, [t[3], t[3]], [t[4]], TfLiteOptions.Add(4));
        model.Operator(TfLiteOperator.Relu, [t[4]], [t[5]], version: 99);
        model.Operator(TfLiteOperator.CallOnce, [], []);
        model.Operator(TfLiteOperator.Softmax, [t[5]], [t[6]], TfLiteOptions.Softmax(-1));
        model.Operator((TfLiteOperator)250, [t[6]], [t[7]]);
        model.Operator(TfLiteOperator.Relu, [t[7]], [t[8]]);
        model.Output(t[8]);

        var findings = Imports.Rejected(model);
        var f = $"{Imports.FileName}: ";
        Assert.Equal(
        [
            $"{f}op #0 HARD_SWISH 't1': error BRIM1004: HARD_SWISH (version 1) is not supported",
            $"{f}op #1 CUSTOM:MyOp 't2': error BRIM1005: custom operator 'MyOp' is not supported",
            $"{f}op #2 GELU 't3': error BRIM1004: GELU (version 2) is not supported",
            $"{f}op #3 ADD 't4': error BRIM1006: fused activation TANH is not supported, supported are NONE, RELU, RELU_N1_TO_1 and RELU6",
            $"{f}op #4 RELU 't5': error BRIM1008: version 99 of RELU is not supported, supported are 1 to 3",
            $"{f}op #5 CALL_ONCE: error BRIM1004: CALL_ONCE (version 1) is not supported\n  help: the model keeps a state in variables: make the state an input and an output of the model",
            $"{f}op #6 SOFTMAX 't6': error BRIM1006: beta is -1; it must be greater than 0",
            $"{f}op #6 SOFTMAX 't6': error BRIM1009: 't6' has scale=0.5 zp=3; this operator's i8 result has scale 0.00390625 and zero point -128",
            $"{f}op #7 BUILTIN_250 't7': error BRIM1004: BUILTIN_250 (version 1) is not supported",
        ], findings.Select(d => d.ToString()));
    }

    [Fact]
    public void OneOperatorReportsAllItsOptions()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 4, 4, 2]));
        var y = model.Tensor("y", Int8([1, 4, 4, 2]));
        var w = model.Constant("w", Weights([2, 1, 1, 2]));
        model.Operator(TfLiteOperator.Conv2D, [x, w], [y], TfLiteOptions.Conv2D(2, 0, 1, 5, 0, 1));
        model.Output(y);
        Assert.Equal(["fused activation SIGN_BIT", "padding mode 2", "strides 0x1", "dilations 0x1"],
            Imports.Rejected(model).Select(d => d.Message.Split(" is not")[0].Split(" are not")[0]));
    }

    [Fact]
    public void UInt8ModelsAreToldToConvertAgain()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", UInt8([1, 4]));
        var y = model.Tensor("y", UInt8([1, 4]));
        model.Operator(TfLiteOperator.Relu, [x], [y]);
        model.Output(y);
        Assert.All(Imports.Rejected(model), d => Assert.Equal("convert the model again with int8 quantization", d.Help));
    }

    [Fact]
    public void VariablesSparseTensorsAndExternalDataAreReported()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 4]));
        var variable = model.Add(TfLiteTensor.Of("state", Int8([1, 4])) with { IsVariable = true });
        var sparse = model.Add(TfLiteTensor.Of("w", Int8([1, 4])) with { IsSparse = true, Buffer = model.Buffer(new byte[4]) });
        var y = model.Tensor("y", Int8([1, 4]));
        var z = model.Tensor("z", Int8([1, 4]));
        model.Operator(TfLiteOperator.Add, [x, variable], [y], TfLiteOptions.Add());
        model.Operator(TfLiteOperator.Add, [x, sparse], [z], TfLiteOptions.Add());
        model.Output(y);
        model.Output(z);
        var findings = Imports.Rejected(model);
        Assert.Equal(["tensor #1 'state'", "tensor #2 'w'"], findings.Select(d => d.Location.Place));
        Assert.All(findings, d => Assert.Equal("BRIM1015", d.Descriptor.Code));
    }

    [Theory]
    [InlineData(5, "STRING")]
    [InlineData(10, "FLOAT64")]
    [InlineData(1, "FLOAT16 is supported for constants only")]
    [InlineData(17, "INT4 is supported for constants only")]
    [InlineData(77, "number 77")]
    public void ElementTypesAreNamed(int code, string expected)
    {
        var model = new TfLiteModelBuilder();
        model.MarkInput(model.Add(new TfLiteTensor("x", code, [1])));
        model.Output(0);
        Assert.Contains(expected, Imports.Rejected(model, ImportDiagnostics.UnsupportedType).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PowerOfTwoInt16AdditionIsReported()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int16([4]));
        var y = model.Tensor("y", Int16([4]));
        model.Operator(TfLiteOperator.Sub, [x, x], [y], TfLiteOptions.Sub(0, true));
        model.Output(y);
        Assert.Contains("pot_scale_int16", Imports.Rejected(model, ImportDiagnostics.UnsupportedOption).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsMustBeConstant()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 4]));
        var w = model.Input("w", Int8([2, 4], 0.5, 0));
        var y = model.Tensor("y", Int8([1, 2]));
        model.Operator(TfLiteOperator.FullyConnected, [x, w], [y], TfLiteOptions.FullyConnected());
        model.Output(y);
        Assert.Equal("the weights 'w' must be a constant", Imports.Rejected(model, ImportDiagnostics.NotConstant).Message);
    }

    [Fact]
    public void ShuffledWeightsAreReported()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([1, 4]));
        var y = model.Tensor("y", Int8([1, 2]));
        model.Operator(TfLiteOperator.FullyConnected, [x, model.Constant("w", Weights([2, 4]))], [y], TfLiteOptions.FullyConnected(0, false, 1));
        model.Output(y);
        Assert.Contains("SHUFFLED4x16INT8", Imports.Rejected(model, ImportDiagnostics.UnsupportedOption).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOfAnotherOperatorAreReported()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", Int8([4]));
        var y = model.Tensor("y", Int8([4]));
        model.Operator(TfLiteOperator.Add, [x, x], [y], TfLiteOptions.Softmax(1));
        model.Output(y);
        Imports.Rejected(model, ImportDiagnostics.UnsupportedOption);
    }
}
