using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>One node, the values of its operands, what it must give, and the call that a rule lowers it to.</summary>
public sealed record KernelCase(string Name, Graph Graph, ImmutableArray<Tensor?> Operands, Tensor Expected, IKernelRule Rule, KernelCall Call)
{
    /// <summary>The node.</summary>
    public Node Node => Graph.Nodes[0];

    /// <summary>Builds the graph of one node, checks that the verifier accepts it, evaluates it, and lowers it by the first rule that accepts.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="step">C identifier of the step.</param>
    /// <param name="op">The operator.</param>
    /// <param name="y">Type of the result.</param>
    /// <param name="operands">Values; null for absent ones; constants are operands of the kernel, others are activations.</param>
    public static KernelCase Build(string name, string step, Op op, TensorType y, params (Tensor? Value, bool IsConstant)[] operands)
    {
        var editor = new GraphEditor("case_graph");
        var ids = operands.Select((o, i) => o.Value is null ? Value.None
            : o.IsConstant ? editor.AddConstant($"c{i}", o.Value) : editor.AddInput($"x{i}", o.Value.Type)).ToArray();
        editor.AddOutput(editor.AddNode(op, ids, y, "node", SourceLocation.Generated));
        var graph = editor.ToGraph();
        var diagnostics = new DiagnosticBag();
        op.Verify(graph, graph.Nodes[0], diagnostics);
        var shapes = op.InferShapes(graph.OperandTypes(graph.Nodes[0]).AsSpan(), SourceLocation.Generated, diagnostics);
        Assert.True(!diagnostics.HasErrors && shapes[0] == y.Shape, $"{name}: {string.Join("; ", diagnostics.Items)}");

        var evaluation = new EvaluationContext([.. operands.Select(o => o.Value)], [y]);
        op.Evaluate(evaluation);
        var view = new NodeView(graph, graph.Nodes[0], KernelCases.Target);
        var rule = PortableKernels.Rules.FirstOrDefault(r => r.Match(view).Accepted);
        Assert.True(rule is not null, $"{name}: no rule; {string.Join("; ", PortableKernels.Rules.Select(r => r.Match(view).Reason))}");
        return new KernelCase(name, graph, [.. operands.Select(o => o.Value)], evaluation.Outputs[0], rule, rule.Lower(view, new LoweringContext(step)));
    }
}
