using System.Text.Json.Nodes;
using Brim.Check.Certificates;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>A certificate that claims anything else than what the library gives is not accepted.</summary>
public class TamperingTests
{
    public static TheoryData<int> Layers => [.. Enumerable.Range(0, SmallLayers.All.Count)];

    /// <summary>Every number of a layer's entry, one at a time: bounds, ranges, starts, boundaries, sums, factors, parameters.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryChangedNumberIsNoticed(int index)
    {
        var (_, rule, target, graph) = SmallLayers.All[index];
        var library = CheckedLibrary.Of(graph(), target, rule);
        var certificate = JsonNode.Parse(library.Files[Certificate.FileName])!;
        var (_, source, inputs) = library.Parse();
        var numbers = Values(certificate["layers"]![0]!).Where(v => v.GetValueKind() == System.Text.Json.JsonValueKind.Number).ToList();
        Assert.True(numbers.Count > 40, $"only {numbers.Count} numbers");
        foreach (var number in numbers)
        {
            foreach (var step in new[] { 1, -1 })
            {
                var (value, path) = (number.GetValue<long>(), number.GetPath());
                var changed = JsonValue.Create(value + step);
                number.ReplaceWith(changed);
                Assert.True(IsNoticed(certificate, source, inputs), $"{path}: {value + step} instead of {value}");
                changed.ReplaceWith(number);
            }
        }
    }

    /// <summary>Names that mean something: steps, kernels, packings, writers, arrays, schemes.</summary>
    [Fact]
    public void EveryChangedNameIsNoticed()
    {
        var (_, rule, target, graph) = SmallLayers.All[0];
        var library = CheckedLibrary.Of(graph(), target, rule);
        var certificate = JsonNode.Parse(library.Files[Certificate.FileName])!;
        var (_, source, inputs) = library.Parse();
        var names = Values(certificate["layers"]![0]!).Where(v => v.GetValueKind() == System.Text.Json.JsonValueKind.String && v.GetPath() != "$.layers[0].name").ToList();
        Assert.True(names.Count > 8);
        foreach (var name in names)
        {
            var path = name.GetPath();
            var changed = JsonValue.Create(name.GetValue<string>() + "x");
            name.ReplaceWith(changed);
            Assert.True(IsNoticed(certificate, source, inputs), path);
            changed.ReplaceWith(name);
        }
    }

    [Fact]
    public void AnotherSchemaIsRefused()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, 4, 2, 4), "cortex-m4");
        library.Files[Certificate.FileName] = library.Files[Certificate.FileName].Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal);
        var (report, findings) = library.Check();
        Assert.Null(report);
        Assert.Equal(CheckDiagnostics.MalformedCertificate, Assert.Single(findings).Descriptor);
    }

    [Fact]
    public void AnotherModelsCertificateIsRefused()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, 4, 2, 4), "cortex-m4");
        library.Files[Certificate.FileName] = library.Files[Certificate.FileName].Replace(new string('0', 64), new string('1', 64), StringComparison.Ordinal);
        var (_, findings) = library.Check();
        Assert.Contains(findings, f => f.Descriptor == CheckDiagnostics.ValueDiffers);
    }

    /// <summary>A wider clamp of the producer voids the bounds of its consumer even if the certificate states the new clamp.</summary>
    [Fact]
    public void BoundsFollowTheProducersClamp()
    {
        var library = Enumerable.Range(1, 50).Select(seed => CheckedLibrary.Of(RandomGraphs.Create(seed, RandomNetworks.Lanes with { Operators = ["conv2d"], Nodes = 2 }), "cortex-m4"))
            .First(l => l.Model.Program.Steps is [{ Call.Lanes.Packed: not null } a, { } b] && b.Node.Inputs[0] == a.Node.Output);
        Assert.Empty(library.Check().Findings);
        var (_, source, _) = library.Parse();
        var high = source.Layers[0].Required.Integer("output.high");
        // The certificate agrees with the clamp, as if the compiler had been wrong; the consumer's bounds no longer follow.
        library.Files[library.CodeFile] = ReplaceFirst(library.Files[library.CodeFile], $".high = {high},", ".high = 63,");
        library.Files[Certificate.FileName] = ReplaceFirst(library.Files[Certificate.FileName], $"\"output.high\":{high}", "\"output.high\":63");
        var (_, findings) = library.Check();
        Assert.Contains(findings, f => f.Descriptor == CheckDiagnostics.UnjustifiedBounds);
    }

    [Fact]
    public void AnEditedKernelIsNoticed()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, 4, 2, 4), "cortex-m4");
        Assert.Empty(library.Check(digests: true).Findings);
        var kernel = library.Files.Keys.First(f => f.StartsWith("src/kernels/", StringComparison.Ordinal));
        library.Files[kernel] += "\n";
        Assert.Equal(CheckDiagnostics.FileChanged, Assert.Single(library.Check(digests: true).Findings).Descriptor);
        // Line ends are not content.
        library.Files[kernel] = library.Files[kernel][..^1].Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.Empty(library.Check(digests: true).Findings);
    }

    private static string ReplaceFirst(string text, string old, string with)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, old);
        return text[..at] + with + text[(at + old.Length)..];
    }

    private static bool IsNoticed(JsonNode certificate, Source.LibrarySource source, string[] inputs)
    {
        var diagnostics = new Core.Diagnostics.DiagnosticBag();
        try
        {
            LibraryChecker.Check("library", Certificate.Parse(certificate.ToJsonString()), source, inputs, diagnostics);
        }
        catch (CheckFailure)
        {
            return true;
        }
        return diagnostics.HasErrors;
    }

    private static List<JsonValue> Values(JsonNode node) => node switch
    {
        JsonObject o => [.. o.SelectMany(m => m.Value is null ? [] : Values(m.Value))],
        JsonArray a => [.. a.SelectMany(e => e is null ? [] : Values(e))],
        JsonValue v => [v],
        _ => [],
    };
}
