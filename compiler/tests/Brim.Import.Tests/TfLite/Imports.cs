using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing.TfLite;

namespace Brim.Import.Tests.TfLite;

/// <summary>Imports the models of tests.</summary>
internal static class Imports
{
    public const string FileName = "dir/Test-Model.tflite";

    /// <summary>Imports a model that must be accepted without any finding.</summary>
    public static Graph Clean(byte[] file)
    {
        var (graph, findings) = Of(file);
        Assert.Empty(findings);
        Assert.NotNull(graph);
        var verified = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, verified), string.Join('\n', verified.Items));
        return graph;
    }

    /// <summary>Imports a model that must be accepted without any finding.</summary>
    public static Graph Clean(TfLiteModelBuilder model) => Clean(model.Build());

    /// <summary>Imports a model that must be rejected, and gives the findings.</summary>
    public static IReadOnlyList<Diagnostic> Rejected(TfLiteModelBuilder model)
    {
        var (graph, findings) = Of(model.Build());
        Assert.Null(graph);
        Assert.Contains(findings, d => d.Descriptor.Severity == Severity.Error);
        return findings;
    }

    /// <summary>Imports a model that must be rejected with one finding of a kind.</summary>
    public static Diagnostic Rejected(TfLiteModelBuilder model, DiagnosticDescriptor kind)
    {
        var finding = Assert.Single(Rejected(model));
        Assert.Equal(kind.Code, finding.Descriptor.Code);
        return finding;
    }

    /// <summary>Imports anything.</summary>
    public static (Graph? Graph, IReadOnlyList<Diagnostic> Findings) Of(ReadOnlyMemory<byte> file)
    {
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(file, FileName, diagnostics);
        return (graph, diagnostics.Items);
    }
}
