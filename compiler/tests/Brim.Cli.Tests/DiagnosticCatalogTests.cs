using System.Text.RegularExpressions;

namespace Brim.Cli.Tests;

public partial class DiagnosticCatalogTests
{
    [Fact]
    public void CodesAreUniqueAndWellFormed()
    {
        Assert.NotEmpty(DiagnosticCatalog.All);
        Assert.Equal(DiagnosticCatalog.All.Length, DiagnosticCatalog.All.Select(d => d.Code).Distinct().Count());
        Assert.All(DiagnosticCatalog.All, d => Assert.Matches(Code(), d.Code));
    }

    [Fact]
    public void EveryDescriptorOfTheProductIsListed()
    {
        var listed = DiagnosticCatalog.All.Select(d => d.Code).ToHashSet();
        var declared = AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name is { } n && (n.StartsWith("Brim.", StringComparison.Ordinal) || n == "brim"))
            .SelectMany(a => a.GetTypes()).SelectMany(t => t.GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic))
            .Where(f => f.FieldType == typeof(Core.Diagnostics.DiagnosticDescriptor))
            .Select(f => ((Core.Diagnostics.DiagnosticDescriptor)f.GetValue(null)!).Code).ToList();
        Assert.True(declared.Count > 20);
        Assert.All(declared, code => Assert.Contains(code, listed));
    }

    [Fact]
    public void EveryExplanationSaysMoreThanItsTitle() =>
        Assert.All(DiagnosticCatalog.All, d => Assert.True(d.Explanation.Length > d.Title.Length, d.Code));

    [GeneratedRegex("^BRIM[1-6][0-9]{3}$")]
    private static partial Regex Code();
}
