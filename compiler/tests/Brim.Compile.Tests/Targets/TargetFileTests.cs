using Brim.Compile.Targets;
using Brim.Yaml;
using Brim.Core.Diagnostics;
using Brim.Testing;

namespace Brim.Compile.Tests.Targets;

public class TargetFileTests
{
    private const string Minimal = """
        name: tiny
        description: "a test"
        architecture: armv6-m
        memory:
          flashBytes: 1024
          ramBytes: 512
        costs:
          source: "a manual"
          alu: 1
          load: 2
        """;

    private static string TargetsFolder => Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets");

    public static TheoryData<string> Files => [.. Directory.GetFiles(TargetsFolder, "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void ReadsWhatIsThere()
    {
        var target = TargetFile.Parse("t.yaml", Minimal, new DiagnosticBag())!;
        Assert.Equal(("tiny", "a test", "armv6-m"), (target.Name, target.Description, target.Architecture));
        Assert.Equal(new MemorySizes(1024, 512), target.Memory);
        Assert.Equal(2, target.Costs![InstructionClass.Load]);
        Assert.Equal(1, target.Costs.IssueWidth);
        Assert.Throws<KeyNotFoundException>(() => target.Costs[InstructionClass.Smlad]);
        Assert.Null(target.Compiler);
        Assert.Null(target.Board);
    }

    [Theory]
    [InlineData("name: tiny", "nane: tiny", "BRIM6102", 1, "unknown key 'nane'")]
    [InlineData("name: tiny", "", "BRIM6103", 2, "'name' is missing")]
    [InlineData("ramBytes", "ramByte", "BRIM6102", 6, "unknown key 'memory.ramByte'")]
    [InlineData("1024", "1k", "BRIM6104", 5, "'memory.flashBytes' is '1k', it must be an integer of at least 1")]
    [InlineData("1024", "0", "BRIM6104", 5, "'memory.flashBytes' is '0', it must be an integer of at least 1")]
    [InlineData("1024", "[1]", "BRIM6104", 5, "'memory.flashBytes' must be one value")]
    [InlineData("  load: 2", "  laod: 2", "BRIM6102", 10, "unknown key 'costs.laod'")]
    [InlineData("  load: 2", "  load: 1001", "BRIM6104", 10, "'costs.load' is '1001', it must be an integer from 0 to 1000")]
    [InlineData("armv6-m", "armv6-m\nfeatures: dsp", "BRIM6104", 4, "'features' must be a list of texts")]
    [InlineData("costs:", "costs: 3\nother:", "BRIM6104", 7, "'costs' must be a section of its own")]
    public void MistakesHaveTheirLine(string good, string bad, string code, int line, string message)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(TargetFile.Parse("t.yaml", Minimal.Replace(good, bad, StringComparison.Ordinal), diagnostics));
        Assert.Contains(diagnostics.Items, d => d.Descriptor.Code == code && d.Location == new SourceLocation("t.yaml", $"line {line}") && d.Message == message);
    }

    [Theory]
    [InlineData("a: [1, }", 1)]
    [InlineData("a: 1\na: 2", 2)]
    [InlineData("- a", 1)]
    [InlineData("", 1)]
    public void WhatIsNoMappingIsRejected(string text, int line)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(TargetFile.Parse("t.yaml", text, diagnostics));
        var diagnostic = Assert.Single(diagnostics.Items);
        Assert.Equal((YamlDiagnostics.BadSyntax, $"line {line}"), (diagnostic.Descriptor, diagnostic.Location.Place));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ShippedTargetsAreComplete(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var diagnostics = new DiagnosticBag();
        var target = TargetFile.Parse(file, File.ReadAllText(Path.Combine(TargetsFolder, file)), diagnostics);
        Assert.True(target is not null, string.Join('\n', diagnostics.Items));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), target.Name);
        Assert.NotNull(target.Compiler);
        Assert.NotNull(target.Llvm);
        Assert.True(File.Exists(Path.Combine(TestData.RepositoryRoot, "qemu-tests", "boards", target.Board!, "board.yaml")));

        // What every core has, and what its features say it has.
        InstructionClass[] always =
        [
            InstructionClass.Alu, InstructionClass.Mul, InstructionClass.Load, InstructionClass.LoadPipelined, InstructionClass.Store,
            InstructionClass.MultipleBase, InstructionClass.MultiplePerRegister, InstructionClass.LoadPcExtra, InstructionClass.BranchTaken,
            InstructionClass.BranchNotTaken, InstructionClass.Jump, InstructionClass.Call, InstructionClass.Indirect, InstructionClass.System,
        ];
        Assert.All(always, c => Assert.True(target.Costs!.Cycles.ContainsKey(c), c.ToString()));
        (string Feature, InstructionClass Class)[] optional =
        [
            ("thumb2", InstructionClass.It), ("mla", InstructionClass.Mla), ("long-multiply", InstructionClass.Smull), ("long-multiply", InstructionClass.Smlal),
            ("divide", InstructionClass.Div), ("dsp", InstructionClass.Smlad), ("low-overhead-loops", InstructionClass.LoopEnd), ("mve", InstructionClass.VectorMultiply),
        ];
        Assert.All(optional, o => Assert.Equal(target.Has(o.Feature), target.Costs!.Cycles.ContainsKey(o.Class)));
    }

    [Theory]
    [InlineData(1, 100, 10, 130, 130)]
    [InlineData(2, 101, 10, 130, 51)]
    [InlineData(2, 100, 70, 130, 70)]
    public void LowerBound(int width, long instructions, long multiplierCycles, long cycles, long expected)
    {
        var costs = TargetFile.Parse("t.yaml", Minimal, new DiagnosticBag())!.Costs! with { IssueWidth = width };
        Assert.Equal(expected, costs.LowerBound(instructions, multiplierCycles, cycles));
    }
}
