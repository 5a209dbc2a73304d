using System.Globalization;
using System.Text;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Writes the counting plugin's configuration for an image (format: qemu-tests/plugin/configuration.h).</summary>
internal static class CounterConfiguration
{
    /// <summary>Functions of the harness between which the model runs; execution there is no part of an inference.</summary>
    private static readonly string[] Callers = ["brim_board_invoke", "brim_harness_call_model"];

    /// <summary>The text; layers without a function are reported and left out.</summary>
    public static string Write(FirmwareImage image, InstructionCosts costs, string outputFile, DiagnosticBag diagnostics)
    {
        var run = image.Elf.Function(image.Sources.RunFunction)
            ?? throw new InvalidOperationException($"the image has no function {image.Sources.RunFunction}");
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"output {outputFile}\n")
            .Append(CultureInfo.InvariantCulture, $"enter {run.Address:x}\n")
            .Append(CultureInfo.InvariantCulture, $"driver {run.Address:x} {run.Address + run.Size:x}\n");
        foreach (var caller in Callers.Select(image.Elf.Function).OfType<ElfSymbol>())
            text.Append(CultureInfo.InvariantCulture, $"leave {caller.Address:x} {caller.Address + caller.Size:x}\n");
        WriteLayers(text, image, diagnostics);
        foreach (var (instruction, cycles) in costs.Cycles)
            text.Append(CultureInfo.InvariantCulture, $"cost {TargetFile.CostKey(instruction)} {cycles}\n");
        return text.ToString();
    }

    private static void WriteLayers(StringBuilder text, FirmwareImage image, DiagnosticBag diagnostics)
    {
        var entries = new Dictionary<int, List<ElfSymbol>>();
        foreach (var symbol in image.Elf.Symbols.Where(s => s.IsFunction))
        {
            if (LayerIndex(image.Sources, symbol.Name) is { } index && index < image.Sources.LayerNames.Length)
            {
                if (!entries.TryGetValue(index, out var list))
                    entries.Add(index, list = []);
                list.Add(symbol);
            }
        }
        var taken = new HashSet<long>();
        for (var k = 0; k < image.Sources.LayerNames.Length; k++)
        {
            // A compiler may split a layer into brim_M_l00_x and brim_M_l00_x.part.0: every piece is an entry.
            var own = entries.GetValueOrDefault(k)?.Where(s => taken.Add(s.Address)).ToList() ?? [];
            if (own.Count == 0)
            {
                diagnostics.Report(EmulationDiagnostics.LayerNotFound, new SourceLocation(image.Sources.Model, $"layer {k.ToString(CultureInfo.InvariantCulture)}"),
                    $"'{image.Sources.LayerNames[k]}' has no function of its own; its work is counted elsewhere");
            }
            foreach (var symbol in own)
                text.Append(CultureInfo.InvariantCulture, $"layer {symbol.Address:x} {k}\n");
        }
    }

    /// <summary>k of <c>brim_MODEL_lk_...</c>, or null.</summary>
    private static int? LayerIndex(FirmwareSources sources, string symbol)
    {
        var prefix = $"brim_{sources.Model}_l";
        if (!symbol.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var end = symbol.IndexOf('_', prefix.Length);
        return end > 0 && int.TryParse(symbol.AsSpan(prefix.Length, end - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
    }
}
