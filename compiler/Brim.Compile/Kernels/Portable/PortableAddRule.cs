using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Sum with broadcasting by <c>brim_add</c>.</summary>
public sealed class PortableAddRule : PortableRule<Add>
{
    /// <summary>The call for a sum or difference.</summary>
    internal static KernelCall Call(NodeView node, LoweringContext context, AdditionScaling scaling, bool subtract, Activation activation)
    {
        var y = node.OutputType();
        var parameters = new CStruct("brim_add_params",
        [
            CField.Of("shape", ElementwiseShape.ToStruct(node, context)),
            CField.Of("a", KernelFields.Operand(node.InputType(0), scaling.Left)),
            CField.Of("b", KernelFields.Operand(node.InputType(1), scaling.Right)),
            CField.Of("left_shift", scaling.LeftShift),
            CField.Of("subtract", subtract ? 1 : 0),
            CField.Of("output", KernelFields.Result(y, scaling.Result, CodeRange.Of(y, activation))),
        ]);
        return new KernelCall(
            Runtime("add", "add"),
            [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Operand(node, context, 1), Result(node)],
            InPlaceInput: ElementwiseShape.InPlaceInput(node))
        {
            Work = ElementwiseShape.Work(node),
        };
    }

    /// <summary>What sums, differences and products need.</summary>
    internal static MatchResult MatchOperands(NodeView node) =>
        CodesOnly(node.InputType(0), node.InputType(1), node.OutputType()) is { Accepted: false } types ? types : ElementwiseShape.Walk(node).Match();

    private protected override MatchResult Match(Add op, NodeView node) => MatchOperands(node);

    private protected override KernelCall Lower(Add op, NodeView node, LoweringContext context) =>
        Call(node, context, AdditionScaling.ForAdd(node.InputType(0), node.InputType(1), node.OutputType()), subtract: false, op.Activation);
}
