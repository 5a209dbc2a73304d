using System.Text.RegularExpressions;
using Brim.Compile.Kernels.Portable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>The portable kernels give the bytes of the operators' own evaluation, and no operator lacks one.</summary>
public sealed class PortableKernelTests
{
    public static TheoryData<string> Mnemonics => [.. OpCatalog.All.Select(o => o.Mnemonic)];

    [SkippableFact]
    public void KernelsEqualOperatorsUnderSanitizers() => Run(HostC.Checked);

    [SkippableFact]
    public void KernelsEqualOperatorsWhenOptimized() => Run(["-O2"]);

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void EveryOperatorIsLoweredForEveryIntegerType(string mnemonic)
    {
        var cases = KernelCases.All.Where(k => k.Node.Op.Mnemonic == mnemonic).ToList();
        Assert.NotEmpty(cases);
        foreach (var element in new[] { ElementType.Int8, ElementType.UInt8, ElementType.Signed(4), ElementType.Unsigned(4), ElementType.Int16 })
            Assert.Contains(cases, k => k.Graph.TypeOf(k.Node.Inputs[0]).Element == element);
    }

    [Fact]
    public void EveryRuleIsUsed() =>
        Assert.Empty(PortableKernels.Rules.Except(KernelCases.All.Select(k => k.Rule)).Select(r => r.Name));

    [Fact]
    public void EveryKernelIsRun()
    {
        var header = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "runtime-c", "include", "brim", "brim_kernels.h"));
        var declared = Regex.Matches(header, @"^BRIM_KERNEL void (brim_\w+)\(", RegexOptions.Multiline).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(declared);
        Assert.Empty(declared.Except(KernelCases.All.Select(k => k.Call.Kernel.Function)));
    }

    [Fact]
    public void FloatsAreDeclinedWithAReason()
    {
        var type = new TensorType(ElementType.Float32, [4]);
        var editor = new GraphEditor("floats");
        var x = editor.AddInput("x", type);
        editor.AddOutput(editor.AddNode(new Add(Activation.None), [x, x], type, "sum", Core.Diagnostics.SourceLocation.Generated));
        var graph = editor.ToGraph();
        var match = new PortableAddRule().Match(new Brim.Compile.Kernels.NodeView(graph, graph.Nodes[0], KernelCases.Target));
        Assert.False(match.Accepted);
        Assert.Contains("f32", match.Reason, StringComparison.Ordinal);
    }

    private static void Run(IEnumerable<string> options)
    {
        var (exit, output) = HostC.CompileAndRun(KernelCasePrinter.Print(KernelCases.All), options);
        Assert.True(exit == 0, output.Length > 4000 ? output[..4000] : output);
        Assert.StartsWith($"{KernelCases.All.Count} cases, 0 failures", output, StringComparison.Ordinal);
    }
}
