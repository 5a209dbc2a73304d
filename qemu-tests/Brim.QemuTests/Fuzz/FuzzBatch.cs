using System.Collections.Immutable;
using Brim.Compile.Emit;
using Brim.Compile.Interpret;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Emulation;

namespace Brim.QemuTests.Fuzz;

/// <summary>Builds and runs several cases in one program.</summary>
internal static class FuzzBatch
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs the cases on a target; what failed, by seed.</summary>
    public static ImmutableSortedDictionary<int, string> Run(ImmutableArray<FuzzCase> cases, FuzzTarget target)
    {
        var failures = ImmutableSortedDictionary.CreateBuilder<int, string>();
        var libraries = ImmutableArray.CreateBuilder<CaseLibrary>();
        foreach (var fuzzCase in cases)
        {
            try
            {
                var library = CaseLibrary.Create(fuzzCase, target.Backend);
                if (ProgramDifference(library) is { } difference)
                    failures.Add(fuzzCase.Seed, difference);
                else
                    libraries.Add(library);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
            {
                failures.Add(fuzzCase.Seed, $"the compiler failed: {e}");
            }
        }
        if (libraries.Count == 0)
            return failures.ToImmutable();
        failures.AddRange(RunLibraries(libraries.ToImmutable(), target));
        return failures.ToImmutable();
    }

    private static Dictionary<int, string> RunLibraries(ImmutableArray<CaseLibrary> libraries, FuzzTarget target)
    {
        var layouts = Layouts(libraries);
        var inputs = InputRecords(layouts);
        var diagnostics = new DiagnosticBag();
        if (Execute(libraries, layouts, inputs, target, diagnostics) is not { } outputs)
        {
            // The program did not build or end: a case of its own each says whose fault it is.
            var text = Bench.Text(diagnostics);
            if (libraries.Length == 1)
                return new Dictionary<int, string> { [libraries[0].Case.Seed] = text };
            var alone = libraries.SelectMany(l => RunLibraries([l], target)).ToDictionary();
            return alone.Count > 0 ? alone : libraries.ToDictionary(l => l.Case.Seed, _ => $"alone it passes, but in its batch: {text}");
        }
        var failures = new Dictionary<int, string>();
        var (inputBytes, outputBytes) = (layouts[^1].InputEnd, layouts[^1].OutputEnd);
        for (var n = 0; n < FuzzCase.Inferences; n++)
        {
            for (var i = 0; i < libraries.Length; i++)
            {
                if (layouts[i].Difference(outputs.AsSpan().Slice(n * outputBytes, outputBytes), inputs.AsSpan(n * inputBytes, inputBytes), n) is { } difference)
                    failures.TryAdd(libraries[i].Case.Seed, difference);
            }
        }
        return failures;
    }

    private static ImmutableArray<byte>? Execute(
        ImmutableArray<CaseLibrary> libraries, ImmutableArray<BatchLayout> layouts, byte[] inputs, FuzzTarget target, DiagnosticBag diagnostics)
    {
        using var folder = new TestFolder();
        var sources = Write(folder, libraries, layouts, target.AsFirmware);
        if (target.Board is null)
            return HostRunner.Run(sources, Bench.BoardsFolder, inputs, new HostOptions(RunLimit, Sanitize: true), folder.Path, diagnostics);
        return FirmwareImageBuilder.Build(sources, target.Backend.Target, target.Board, folder.Path, diagnostics) is { } image
            ? QemuRunner.Run(image, inputs, new QemuOptions(RunLimit), folder.Path, diagnostics)?.Outputs
            : null;
    }

    /// <summary>Writes the files of all libraries into one tree; what they have in common, the kernels, is the same.</summary>
    private static FirmwareSources Write(TestFolder folder, ImmutableArray<CaseLibrary> libraries, ImmutableArray<BatchLayout> layouts, bool asFirmware)
    {
        foreach (var file in libraries.SelectMany(l => l.Library.Files).Where(IsCompiled).DistinctBy(f => f.Path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.Path, file.Path))!);
            folder.Write(file.Path, asFirmware ? file.Content : "#pragma once\n" + file.Content);
        }
        folder.Write("include/brim_batch.h", BatchSource.Header);
        var sources = ImmutableArray.CreateBuilder<string>();
        sources.Add(folder.Write("batch.c", BatchSource.Print(libraries, layouts)));
        var units = libraries.Select(l => (Name: l.Library.Names.Model, l.Library.Sources));
        if (!asFirmware)
            units = [("models", [.. libraries.SelectMany(l => l.Library.Sources)])];
        foreach (var (name, files) in units)
            sources.Add(folder.Write($"{name}.c", string.Concat(files.Select(f => $"#include \"{f["src/".Length..]}\"\n"))));
        return new FirmwareSources(BatchSource.Model, "brim_batch.h", [Path.Combine(folder.Path, "include"), Path.Combine(folder.Path, "src")],
            sources.ToImmutable(), [new TensorBuffer(layouts[^1].InputEnd)], [new TensorBuffer(layouts[^1].OutputEnd)],
            libraries.Max(l => l.Program.ArenaBytes) + BatchLayout.GuardBytes, []);
    }

    private static bool IsCompiled(FirmwareFile file) =>
        file.Path.StartsWith("src/", StringComparison.Ordinal) || file.Path.StartsWith("include/", StringComparison.Ordinal);

    private static ImmutableArray<BatchLayout> Layouts(ImmutableArray<CaseLibrary> libraries)
    {
        var layouts = ImmutableArray.CreateBuilder<BatchLayout>();
        var (inputs, outputs) = (BatchSource.PoisonBytes, 0);
        foreach (var library in libraries)
        {
            var layout = new BatchLayout(library, inputs, outputs);
            layouts.Add(layout);
            (inputs, outputs) = (layout.InputEnd, layout.OutputEnd);
        }
        return layouts.ToImmutable();
    }

    private static byte[] InputRecords(ImmutableArray<BatchLayout> layouts)
    {
        var bytes = layouts[^1].InputEnd;
        var records = new byte[FuzzCase.Inferences * bytes];
        for (var n = 0; n < FuzzCase.Inferences; n++)
        {
            var record = records.AsSpan(n * bytes, bytes);
            record[0] = (byte)(0xA5 ^ (n * 0x5B));
            foreach (var layout in layouts)
                layout.WriteInputs(record, n);
        }
        return records;
    }

    /// <summary>Compares the program interpreter, whose arena is poisoned wherever nothing lives, with the graph interpreter.</summary>
    private static string? ProgramDifference(CaseLibrary library)
    {
        var fuzzCase = library.Case;
        for (var n = 0; n < fuzzCase.Inputs.Length; n++)
        {
            var outputs = ProgramInterpreter.Run(library.Program, fuzzCase.Inputs[n]);
            for (var i = 0; i < outputs.Length; i++)
            {
                byte[] want = fuzzCase.Outputs[n][i].ToBytes(), have = outputs[i].ToBytes();
                var at = want.AsSpan().CommonPrefixLength(have);
                if (at < want.Length)
                    return $"program interpreter, inference {n}: byte {at} of output {i} is 0x{have[at]:x2} instead of 0x{want[at]:x2}";
            }
        }
        return null;
    }
}
