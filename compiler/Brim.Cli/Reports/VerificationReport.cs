using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Emulation;
using Spectre.Console;

namespace Brim.Cli.Reports;

/// <summary>What <c>brim verify</c> found; instructions and cycles are means per inference.</summary>
internal sealed record VerificationReport(
    Compilation Compilation, string Target, FirmwareMeasurement Measured, int Inferences, List<OutputMismatch> Mismatches)
{
    private Compile.Program.KernelProgram Program => Compilation.Compiled.Program;

    private ExecutionCounts? Counts => Measured.Emulation?.Counts;

    /// <summary>The report for machines.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Compilation.Library.Names.Model,
        ["target"] = Target,
        ["inferences"] = Inferences,
        ["mismatches"] = Mismatches.Count,
        ["instructions"] = Counts?.Instructions,
        ["cycles"] = Counts?.Cycles,
        ["cyclesLowerBound"] = Counts?.CyclesLowerBound,
        ["arenaBytes"] = Program.ArenaBytes,
        ["arenaLowerBound"] = Compilation.Compiled.Plan.Memory.LowerBoundBytes,
        ["flashBytes"] = Measured.Emulation?.Sizes.FlashBytes,
        ["codeBytes"] = Measured.Emulation?.Sizes.CodeBytes,
        ["constantBytes"] = Measured.Emulation?.Sizes.ConstantBytes,
        ["parameterBytes"] = ParameterBytes,
        ["stackBytes"] = Measured.Emulation?.StackBytes,
        ["layers"] = new JsonArray([.. Layers().Select(l => new JsonObject
        {
            ["name"] = l.Name,
            ["op"] = l.Op,
            ["macs"] = l.Macs,
            ["instructions"] = l.Counted?.Instructions,
            ["cycles"] = l.Counted?.Cycles,
            ["predictedCycles"] = l.Predicted,
            ["kernel"] = l.Kernel,
            ["classes"] = l.Counted is { } counted ? LayerProfile.Classes(counted) : null,
            ["functions"] = l.Counted is { } c ? LayerProfile.Functions(c) : null,
        })]),
    };

    /// <summary>Where each layer's cycles go, for people: functions and instruction classes.</summary>
    public void PrintProfile(TextWriter writer)
    {
        var costs = Compilation.Backend.Target.Costs;
        if (costs is null || Counts is not { } counts)
            return;
        foreach (var layer in counts.Layers)
            LayerProfile.Print(writer, layer, costs);
    }

    /// <summary>The report for people.</summary>
    public void Print(TextWriter writer)
    {
        var table = ConsoleTables.Create("layer", "op", "kernel", ">MACs", ">instructions", ">per MAC", ">cycles", ">predicted", ">error");
        foreach (var l in Layers())
        {
            var perMac = l.Macs > 0 && l.Counted is { } c ? (c.Instructions / (double)l.Macs).ToString("F2", CultureInfo.InvariantCulture) : "";
            table.Row(ConsoleTables.ShortName(l.Name), l.Op, l.Kernel, ConsoleTables.Count(l.Macs), Count(l.Counted?.Instructions), perMac, Count(l.Counted?.Cycles),
                l.Counted is null ? "" : Count(l.Predicted) is { Length: > 0 } predicted ? predicted : "no cost data", Error(l.Predicted, l.Counted?.Cycles));
        }
        ConsoleTables.On(writer).Write(table);
        var name = Compilation.Library.Names.Model;
        if (Counts is { } counts)
        {
            var cycles = counts.CyclesLowerBound < counts.Cycles
                ? $"between {ConsoleTables.Count(counts.CyclesLowerBound)} and {ConsoleTables.Count(counts.Cycles)} modelled cycles"
                : $"{ConsoleTables.Count(counts.Cycles)} modelled cycles";
            writer.WriteLine($"{name} on {Target}: {ConsoleTables.Count(counts.Instructions)} instructions, {cycles} per inference");
        }
        if (Measured.Emulation is { } e)
        {
            writer.WriteLine($"flash {ConsoleTables.Count(e.Sizes.FlashBytes)} bytes ({ConsoleTables.Count(e.Sizes.FlashBytes - ParameterBytes)} beyond weights and biases), "
                + $"arena {ConsoleTables.Count(Program.ArenaBytes)} bytes, stack {ConsoleTables.Count(e.StackBytes)} bytes");
        }
        else
        {
            writer.WriteLine($"arena {ConsoleTables.Count(Program.ArenaBytes)} bytes");
        }
        foreach (var m in Mismatches.Take(10))
            writer.WriteLine($"inference {m.Inference}: output byte {m.Byte} is {m.Actual}, the interpreter has {m.Expected}");
        writer.WriteLine(Mismatches.Count == 0
            ? $"{Inferences} of {Inferences} inferences equal the interpreter bit for bit"
            : $"MISMATCH: {Mismatches.Count} of {Inferences} inferences differ from the interpreter");
    }

    private static string Error(long? predicted, long? cycles) =>
        predicted is { } p && cycles is { } c and > 0 ? ((p / (double)c) - 1).ToString("+0.0%;-0.0%;0.0%", CultureInfo.InvariantCulture) : "";

    private static string Count(long? value) => value is { } v ? ConsoleTables.Count(v) : "";

    /// <summary>
    /// The network's own parameters: weights and biases of the layers that are left, without a kernel's padding. What is beyond them is code,
    /// requantization constants and tables.
    /// </summary>
    private long ParameterBytes => Program.Steps.Where(s => Program.Graph.MacsOf(s.Node) > 0)
        .SelectMany(s => s.Node.Inputs).Where(id => id != Core.IR.Value.None && Program.Graph[id].IsConstant).Distinct()
        .Sum(id => ((Program.Graph.TypeOf(id).Shape.ElementCount * Program.Graph.TypeOf(id).Element.Bits) + 7) / 8);

    private IEnumerable<(string Name, string Op, string Kernel, long Macs, LayerMeasurement? Counted, long? Predicted)> Layers() =>
        Program.Steps.Select((s, i) => (s.Node.Name, s.Node.Op.Mnemonic, s.Call.Kernel.Function, Program.Graph.MacsOf(s.Node),
            Counts?.Layers.FirstOrDefault(l => l.Index == i), Compilation.Backend.Costs?.Cycles(s.Call, Compilation.Backend.Target)));
}
