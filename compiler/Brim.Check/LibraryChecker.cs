using System.Collections.Immutable;
using Brim.Check.Certificates;
using Brim.Check.Flow;
using Brim.Check.Source;
using Brim.Core.Diagnostics;

namespace Brim.Check;

/// <summary>
/// Proves from the emitted files alone that no accumulator of a library can overflow, and that its certificate says the same. Shares no code
/// with the compiler that planned and packed the layers: it reads the C arrays and parameters back by the kernels' documented formats.
/// </summary>
public static class LibraryChecker
{
    /// <summary>Checks a library.</summary>
    /// <param name="directory">Directory that the compiler wrote.</param>
    /// <param name="diagnostics">Receives what speaks against the library, BRIM4230 to BRIM4244.</param>
    /// <returns>The layers; null if the library could not be read.</returns>
    public static CheckReport? Check(string directory, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return Check(LibraryFiles.Of(directory), diagnostics, digests: true);
    }

    /// <summary>Checks a library from its files' texts.</summary>
    /// <param name="files">The files.</param>
    /// <param name="diagnostics">Receives findings.</param>
    /// <param name="digests">False to leave out the comparison of files, so that a test sees what the proof itself notices.</param>
    internal static CheckReport? Check(LibraryFiles files, DiagnosticBag diagnostics, bool digests)
    {
        try
        {
            var certificate = Certificate.Parse(files.Read(Certificate.FileName));
            if (digests)
                CompareFiles(files, certificate, diagnostics);
            var (source, inputs) = Source(files, certificate, diagnostics);
            return Check(files.Directory, certificate, source, inputs, diagnostics);
        }
        catch (CheckFailure failure)
        {
            diagnostics.Report(failure.Descriptor, new SourceLocation(files.Directory), failure.Message);
            return null;
        }
    }

    /// <summary>Checks parsed sources against a parsed certificate.</summary>
    internal static CheckReport Check(
        string directory, Certificate certificate, LibrarySource source, IReadOnlyList<string> inputElements, DiagnosticBag diagnostics)
    {
        var layers = ImmutableArray.CreateBuilder<LayerReport>();
        var memory = new MemoryState();
        CallerTensors(memory, source, inputElements);
        if (!certificate.Layers.Select(l => l.Step).SequenceEqual(source.Layers.Select(l => l.Step)))
        {
            diagnostics.Report(CheckDiagnostics.LayersDiffer, new SourceLocation(directory),
                $"the certificate lists {certificate.Layers.Length} layers ({Names(certificate.Layers.Select(l => l.Step))}), the library runs {source.Layers.Length} ({Names(source.Layers.Select(l => l.Step))})");
            return new CheckReport(certificate.Model, certificate.Target, [], false);
        }
        for (var i = 0; i < source.Layers.Length; i++)
            layers.Add(new LayerCheck(directory, source, source.Layers[i], certificate.Layers[i], memory, diagnostics).Run());
        return new CheckReport(certificate.Model, certificate.Target, layers.ToImmutable(), !diagnostics.HasErrors);
    }

    private static void CompareFiles(LibraryFiles files, Certificate certificate, DiagnosticBag diagnostics)
    {
        foreach (var path in files.Sources().Append(LibraryFiles.ManifestName).Where(p => !certificate.Files.ContainsKey(p)))
            diagnostics.Report(CheckDiagnostics.FileChanged, new SourceLocation(files.Directory, path), "the certificate does not name the file");
        foreach (var (path, digest) in certificate.Files)
        {
            if (LibraryFiles.Digest(files.Read(path)) != digest)
                diagnostics.Report(CheckDiagnostics.FileChanged, new SourceLocation(files.Directory, path), $"the file is not the certified one, whose SHA-256 is {digest}");
        }
    }

    private static (LibrarySource Source, string[] InputElements) Source(LibraryFiles files, Certificate certificate, DiagnosticBag diagnostics)
    {
        var (model, fingerprint, target, inputs) = files.Manifest();
        if ((model, fingerprint, target) != (certificate.Model, certificate.Fingerprint, certificate.Target))
        {
            diagnostics.Report(CheckDiagnostics.ValueDiffers, new SourceLocation(files.Directory),
                $"the certificate is about model {certificate.Model} for {certificate.Target} ({certificate.Fingerprint}), the manifest about {model} for {target} ({fingerprint})");
        }
        var prefix = "brim_" + model;
        var (data, code) = ($"src/{prefix}_data.c", $"src/{prefix}.c");
        foreach (var file in new[] { data, code })
        {
            if (!certificate.Files.ContainsKey(file))
                throw CheckFailure.Certificate($"certificate.files does not name {file}");
        }
        var header = $"include/{prefix}.h";
        var source = ModelFile.Parse(code, files.Read(code), prefix, DataFile.Parse(data, files.Read(data)));
        return (source with { ArenaBytes = HeaderFile.ArenaBytes(header, files.Read(header), prefix) }, inputs);
    }

    /// <summary>The caller's inputs: codes of the C type, fewer where the manifest states an element of fewer bits.</summary>
    private static void CallerTensors(MemoryState memory, LibrarySource source, IReadOnlyList<string> elements)
    {
        var inputs = source.Tensors.Where(t => t.IsInput).ToList();
        for (var i = 0; i < inputs.Count; i++)
        {
            var format = ConstantArray.FormatOf(inputs[i].Type) is var (bits, isSigned) ? new ElementFormat(bits / 8, isSigned) : new ElementFormat(4, true);
            var span = CodeSpan.All(format);
            var element = i < elements.Count ? elements[i] : "";
            if (element.Length is 2 or 3 && int.TryParse(element[1..], out var narrow) && narrow is >= 1 and <= 8 && element[0] is 'i' or 'u')
                span = element[0] == 'u' ? new CodeSpan(0, (1L << narrow) - 1) : new CodeSpan(-(1L << (narrow - 1)), (1L << (narrow - 1)) - 1);
            memory.Write(new Argument(ArgumentKind.Memory, inputs[i].Name, 0), ParameterSet.Limit, format, span, inputs[i].Name);
        }
    }

    private static string Names(IEnumerable<string> steps) => string.Join(", ", steps.Take(4)) + (steps.Count() > 4 ? ", ..." : "");
}
