using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Spectre.Console;

namespace Brim.Cli.Reports;

/// <summary>Per layer which kernel was chosen, what its accumulators need, and why the other kernels lost.</summary>
internal sealed record KernelReport(CompiledModel Compiled)
{
    /// <summary>The report for machines.</summary>
    public JsonArray ToJson() => new([.. Compiled.Choices.Select(c => new JsonObject
    {
        ["layer"] = c.Node.Name,
        ["op"] = c.Node.Op.Mnemonic,
        ["rule"] = c.Rule,
        ["kernel"] = c.Call.Kernel.Function,
        ["packing"] = c.Call.Lanes?.Packing,
        ["accumulatorBits"] = c.Call.Lanes is { } proof ? Bits(proof) : null,
        ["chunks"] = c.Call.Lanes?.Packed is { } packed ? Chunks(packed) : null,
        ["modelledCycles"] = c.Cycles,
        ["flashBytes"] = c.Chosen.FlashBytes,
        ["scratchBytes"] = c.Call.ScratchBytes,
        ["rejected"] = new JsonArray([.. c.Rejected.Select(r => new JsonObject
        {
            ["rule"] = r.Name,
            ["modelledCycles"] = r.Cycles,
            ["flashBytes"] = r.Trial.Call is null ? null : r.Trial.FlashBytes,
            ["scratchBytes"] = r.Trial.Call?.ScratchBytes,
            ["reason"] = r.Reason,
        })]),
    })]);

    /// <summary>Everything, for people.</summary>
    public void Print(TextWriter writer)
    {
        var table = ConsoleTables.Create("layer", "op", "kernel", "packing", ">accumulator bits", ">chunks", ">modelled cycles", ">flash", ">scratch");
        foreach (var c in Compiled.Choices)
        {
            table.Row(ConsoleTables.ShortName(c.Node.Name), c.Node.Op.Mnemonic, c.Call.Kernel.Function, c.Call.Lanes?.Packing ?? "",
                c.Call.Lanes is { } proof ? Text(Bits(proof)) : "", c.Call.Lanes?.Packed is { } packed ? Text(Chunks(packed)) : "", Text(c.Cycles), Text(c.Chosen.FlashBytes), Text(c.Call.ScratchBytes));
        }
        ConsoleTables.On(writer).Write(table);
        foreach (var c in Compiled.Choices)
        {
            writer.WriteLine($"{ConsoleTables.ShortName(c.Node.Name)}: {c.Rule}{(c.Cycles is { } cycles ? $", {ConsoleTables.Count(cycles)} modelled cycles" : "")}{Memory(c.Chosen)}{(c.Rejected.IsEmpty ? "" : "; not")}");
            foreach (var r in c.Rejected)
                writer.WriteLine($"    {r}{Memory(r.Trial)}");
        }
    }

    /// <summary>Layers that keep 32-bit sums although narrower accumulators are asked for, with the reasons.</summary>
    public void PrintWide(TextWriter writer, AccumulatorOptions asked)
    {
        if (asked.Bits is null or 32)
            return;
        foreach (var c in Compiled.Choices.Where(c => c.Call.Lanes is { Packed: null }))
        {
            var reasons = c.Rejected.Where(r => r.Cycles is null).Select(r => r.ToString());
            writer.WriteLine($"{ConsoleTables.ShortName(c.Node.Name)} keeps 32-bit sums: {(c.Rejected.IsEmpty ? "no lane kernel computes it" : string.Join("; ", reasons))}");
        }
    }

    private static int Bits(AccumulatorProof proof) => proof.Packed?.WidestLane
        ?? proof.Range.Max(r => AccumulatorBounds.SignedBits(r.Min, r.Max));

    private static int Chunks(PackedProof packed) => packed.Layer.Tiles.Max(t => t.Chunks.Length);

    private static string Memory(KernelTrial trial) =>
        trial.Call is { } call ? $"; flash {ConsoleTables.Count(trial.FlashBytes)}, scratch {ConsoleTables.Count(call.ScratchBytes)} bytes" : "";

    private static string Text(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
