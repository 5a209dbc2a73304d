using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.Interpret;
using Brim.Import.Onnx;

namespace Brim.Import.Tests.Onnx;

/// <summary>Imports the models of tests and runs them on tensors in the model's own order.</summary>
internal static class OnnxImports
{
    public const string FileName = "dir/Test-Model.onnx";

    /// <summary>Imports a model that must be accepted without errors or warnings.</summary>
    public static OnnxModel Clean(ReadOnlyMemory<byte> file)
    {
        var (model, findings) = Of(file);
        Assert.DoesNotContain(findings, d => d.Descriptor.Severity != Severity.Note);
        Assert.NotNull(model);
        var verified = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(model.Graph, verified), string.Join('\n', verified.Items));
        return model;
    }

    /// <summary>Imports a model that must be rejected, and gives the findings.</summary>
    public static IReadOnlyList<Diagnostic> Rejected(ReadOnlyMemory<byte> file)
    {
        var (model, findings) = Of(file);
        Assert.Null(model);
        Assert.Contains(findings, d => d.Descriptor.Severity == Severity.Error);
        return findings;
    }

    /// <summary>Imports anything.</summary>
    public static (OnnxModel? Model, IReadOnlyList<Diagnostic> Findings) Of(ReadOnlyMemory<byte> file)
    {
        var diagnostics = new DiagnosticBag();
        return (OnnxImporter.Read(file, FileName, diagnostics), diagnostics.Items);
    }

    /// <summary>Runs a model on inputs in the model's order, giving its outputs in the model's order.</summary>
    public static IReadOnlyList<Tensor> Run(OnnxModel model, IReadOnlyList<Tensor> inputs)
    {
        var stored = inputs.Select((t, i) => model.Inputs[i].Order == StorageOrder.ChannelsLast ? Permuted(t, [0, 2, 3, 1]) : t).ToList();
        return [.. GraphInterpreter.Run(model.Graph, stored)
            .Select((t, i) => model.Outputs[i].Order == StorageOrder.ChannelsLast ? Permuted(t, [0, 3, 1, 2]) : t)];
    }

    private static Tensor Permuted(Tensor tensor, int[] permutation)
    {
        var shape = new Shape([.. permutation.Select(d => tensor.Type.Shape[d])]);
        var strides = tensor.Type.Shape.Strides();
        var indices = new int[tensor.Type.Shape.ElementCount];
        for (var i = 0; i < indices.Length; i++)
        {
            long rest = i, from = 0;
            for (var d = shape.Rank - 1; d >= 0; d--)
            {
                from += rest % shape[d] * strides[permutation[d]];
                rest /= shape[d];
            }
            indices[i] = (int)from;
        }
        var type = tensor.Type with { Shape = shape };
        return type.Element.IsFloat
            ? Tensor.FromFloats(type, Array.ConvertAll(indices, i => tensor.Floats[i]))
            : Tensor.FromCodes(type, Array.ConvertAll(indices, i => tensor.Codes[i]));
    }
}
