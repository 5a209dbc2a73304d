using System.Text;
using Brim.Check.Certificates;
using Brim.Core.Diagnostics;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>Whatever the files hold, the checker ends with findings: no exception, no hang, no proof.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Mutations = 300;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-damaged-");

    public void Dispose() => _folder.Delete(true);

    public static TheoryData<string> Files => ["certificate.json", "manifest.json", "src/brim_small.c", "src/brim_small_data.c"];

    [Theory]
    [MemberData(nameof(Files))]
    public void MutatedFilesGiveFindingsOrTheSameProof(string file)
    {
        var library = CheckedLibrary.Of(SmallLayers.Same(3, 4, 2, 4, 4), "cortex-m4", "LaneConv3x3RowsRule");
        var text = library.Files[file];
        var random = new SplitMix64((ulong)file.Length);
        for (var i = 0; i < Mutations; i++)
        {
            library.Files[file] = Mutate(text, random);
            // The check must come back; what it finds depends on what was hit (a comment, an unused member).
            var (report, findings) = library.Check();
            Assert.Equal(report is { IsProven: true }, !findings.Any(f => f.Descriptor.Severity == Severity.Error));
            Assert.All(findings, f => Assert.StartsWith("BRIM42", f.Descriptor.Code, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void TruncatedFilesAreRefused(string file)
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, 5, 3, 4), "cortex-m4");
        var text = library.Files[file].TrimEnd();
        for (var length = 0; length < text.Length; length += 1 + (text.Length / 100))
        {
            library.Files[file] = text[..length];
            var (report, findings) = library.Check();
            Assert.True(report is null or { IsProven: false } && findings.Count > 0, $"{length} of {text.Length} characters");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void MissingFilesAreNamed(string file)
    {
        CheckedLibrary.Of(SmallLayers.Dense(1, 5, 3, 4), "cortex-m4").WriteTo(_folder.FullName);
        Assert.NotNull(Check(out var none));
        Assert.Empty(none);
        File.Move(Path.Combine(_folder.FullName, file), Path.Combine(_folder.FullName, file + ".old"));
        Assert.Null(Check(out var findings));
        var finding = Assert.Single(findings);
        Assert.Equal(CheckDiagnostics.UnreadableLibrary, finding.Descriptor);
        Assert.Contains(Path.GetFileName(file), finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASourceThatTheCertificateDoesNotNameIsRefused()
    {
        CheckedLibrary.Of(SmallLayers.Dense(1, 5, 3, 4), "cortex-m4").WriteTo(_folder.FullName);
        File.WriteAllText(Path.Combine(_folder.FullName, "src", "kernels", "lanes_extra.h"), "");
        Assert.False(Check(out var findings)!.IsProven);
        var finding = Assert.Single(findings);
        Assert.Equal(CheckDiagnostics.FileChanged, finding.Descriptor);
        Assert.Equal("src/kernels/lanes_extra.h", finding.Location.Place);
    }

    [Fact]
    public void ADirectoryWithoutLibraryIsRefused()
    {
        Assert.Null(Check(out var findings));
        Assert.Equal(CheckDiagnostics.UnreadableLibrary, Assert.Single(findings).Descriptor);
    }

    [Fact]
    public void ACertificateNamesNoFileOutsideOfTheLibrary()
    {
        var library = CheckedLibrary.Of(SmallLayers.Dense(1, 5, 3, 4), "cortex-m4");
        library.Files[Certificate.FileName] = library.Files[Certificate.FileName].Replace("\"files\":{", "\"files\":{\"../secret\":\"\",", StringComparison.Ordinal);
        library.WriteTo(_folder.FullName);
        Assert.Null(Check(out var findings));
        Assert.Contains("../secret", Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCheckerDoesNotReferenceTheCompiler() =>
        Assert.DoesNotContain(typeof(LibraryChecker).Assembly.GetReferencedAssemblies(), a => a.Name is { } name && name.StartsWith("Brim.", StringComparison.Ordinal) && name != "Brim.Core");

    private CheckReport? Check(out IReadOnlyList<Diagnostic> findings)
    {
        var diagnostics = new DiagnosticBag();
        var report = LibraryChecker.Check(_folder.FullName, diagnostics);
        findings = diagnostics.Items;
        return report;
    }

    private static string Mutate(string text, SplitMix64 random)
    {
        var changed = new StringBuilder(text);
        for (var n = random.Between(1, 3); n > 0 && changed.Length > 8; n--)
        {
            var at = random.Between(0, changed.Length - 8);
            switch (random.Between(0, 5))
            {
                case 0:
                    changed[at] = (char)random.Between(0, 255);
                    break;
                case 1:
                    changed.Remove(at, random.Between(1, 8));
                    break;
                case 2:
                    changed.Insert(at, changed.ToString(random.Between(0, changed.Length - 8), 8));
                    break;
                case 3:
                    changed.Insert(at, random.Pick(["99999999999999999999", "-1", "0", "{", "}", "[", "(", ")", "/*", "\"", "\\", "#", ",", "4294967295", "16777216", "\u00e9"]));
                    break;
                case 4:
                    // A number becomes another: structures stay readable and their values extreme.
                    while (at < changed.Length && !char.IsAsciiDigit(changed[at]))
                        at++;
                    if (at < changed.Length)
                        changed[at] = (char)('0' + random.Between(0, 9));
                    break;
                default:
                    while (at < changed.Length && !char.IsAsciiDigit(changed[at]))
                        at++;
                    changed.Insert(at, random.Pick(["1", "21", "-", "2147483", "9223372036854775"]));
                    break;
            }
        }
        return changed.ToString();
    }
}
