using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Testing;

namespace Brim.Compile.Tests.Costs;

public class KernelCostModelTests
{
    private const string Table = """
        {
          "architectures": ["armv7e-m"],
          "measuredOn": "cortex-m4",
          "kernels": {
            "brim_k": {
              "samples": 3,
              "worstError": 0.01,
              "levels": {
                "call": { "alu": 5, "call": 1 },
                "step": { "load": 1.5, "multipleBase": 1, "multiplePerRegister": 3, "smlad": 4 }
              }
            }
          }
        }
        """;

    private static readonly TargetMachine Machine = new("m", [])
    {
        Architecture = "armv7e-m",
        Costs = new InstructionCosts(
            new Dictionary<InstructionClass, int>
            {
                [InstructionClass.Alu] = 1,
                [InstructionClass.Call] = 3,
                [InstructionClass.Load] = 2,
                [InstructionClass.MultipleBase] = 1,
                [InstructionClass.MultiplePerRegister] = 1,
                [InstructionClass.Smlad] = 1,
            }.ToImmutableSortedDictionary(),
            1,
            "a test"),
    };

    [Fact]
    public void CyclesAreLoopCountsTimesClassesTimesCosts()
    {
        // 5 + 3 once; 1.5 * 2 + 1 + 3 + 4 = 11 a step. Registers of a transfer are no instructions: 6 and 6.5.
        Assert.Equal(8 + (10 * 11), Model().Cycles(Call(("call", 1), ("step", 10)), Machine));
        Assert.Equal(6 + 65, Model().Instructions(Call(("call", 1), ("step", 10)), Machine));
    }

    [Fact]
    public void WhatIsNotMeasuredIsNotCheap()
    {
        Assert.Null(Model().Cycles(Call(("call", 1), ("spill", 1)), Machine));
        Assert.Null(Model().Cycles(Call(), Machine));
        Assert.Null(Model().Cycles(Call(("call", 1)) with { Kernel = new Kernel("brim_other", "other.c") }, Machine));
        Assert.Null(Model().Cycles(Call(("call", 1)), Machine with { Architecture = "armv6-m" }));
        Assert.Null(Model().Cycles(Call(("call", 1)), Machine with { Costs = null }));
        var withoutCalls = Machine.Costs! with { Cycles = Machine.Costs.Cycles.Remove(InstructionClass.Call) };
        Assert.Null(Model().Cycles(Call(("call", 1)), Machine with { Costs = withoutCalls }));
    }

    [Fact]
    public void TablesSurviveWritingAndReading()
    {
        var table = Parse(Table)!;
        Assert.Equal(table.ToJson(), Parse(table.ToJson())!.ToJson());
        Assert.Equal(1.5, Parse(table.ToJson())!.Kernels["brim_k"].Levels["step"][InstructionClass.Load]);
    }

    [Theory]
    [InlineData("\"smlad\": 4", "\"smalad\": 4")]
    [InlineData("\"smlad\": 4", "\"smlad\": -4")]
    [InlineData("\"smlad\": 4", "\"smlad\": \"4\"")]
    [InlineData("\"measuredOn\"", "\"measured\"")]
    [InlineData("[\"armv7e-m\"]", "7")]
    [InlineData("\"levels\": {", "\"levels\": [")]
    [InlineData("\"samples\": 3,", "")]
    public void ADamagedTableIsReportedWithItsFile(string good, string bad)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(CostTable.Parse("armv7e-m.json", Table.Replace(good, bad, StringComparison.Ordinal), diagnostics));
        var item = Assert.Single(diagnostics.Items);
        Assert.Equal(("BRIM4141", "armv7e-m.json"), (item.Descriptor.Code, item.Location.File));
    }

    /// <summary>The files that are shipped: of every emulated architecture, with the kernels of its targets.</summary>
    [Fact]
    public void EveryArchitectureHasATable()
    {
        var folder = Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis");
        var diagnostics = new DiagnosticBag();
        var tables = Directory.GetFiles(Path.Combine(folder, "costs"), "*.json").Select(f => CostTable.Parse(f, File.ReadAllText(f), diagnostics)!).ToList();
        Assert.Empty(diagnostics.Items);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "targets"), "*.yaml"))
        {
            var target = TargetFile.Parse(file, File.ReadAllText(file), diagnostics)!;
            var table = Assert.Single(tables, t => t.Architectures.Contains(target.Architecture));
            Assert.Contains(target.Has("dsp") ? "brim_conv2d_s8_smlad" : "brim_conv2d_s8_mla", table.Kernels.Keys);
        }
    }

    private static KernelCostModel Model() => new([Parse(Table)!]);

    private static CostTable? Parse(string text) => CostTable.Parse("table.json", text, new DiagnosticBag());

    private static KernelCall Call(params (string, long)[] work) => new(new Kernel("brim_k", "k.c"), []) { Work = [.. work] };
}
