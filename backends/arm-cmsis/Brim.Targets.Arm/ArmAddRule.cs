using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Targets.Arm;

/// <summary>Sums of two int8 tensors of one shape: add_s8_linear.c.</summary>
public sealed class ArmAddRule : IKernelRule
{
    /// <inheritdoc/>
    public string Name => nameof(ArmAddRule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not Add)
            return MatchResult.OtherOperator("no sum");
        var (a, b, y) = (node.InputType(0), node.InputType(1), node.OutputType());
        if (a.Shape != b.Shape)
            return MatchResult.Decline("operands of different shapes");
        if (new[] { a, b, y }.Any(t => t.Element is not { IsInteger: true } || t.Element.MinCode < -128 || t.Element.MaxCode > 127 || t.Quant is not { IsPerTensor: true }))
            return MatchResult.Decline("only quantized codes that fit int8");
        return LinearAddition.Find(a, b, y) is null ? MatchResult.Decline("no linear form gives the same codes") : MatchResult.Accept;
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        var form = LinearAddition.Find(node.InputType(0), node.InputType(1), node.OutputType())!;
        var range = CodeRange.Of(node.OutputType(), ((Add)node.Node.Op).Activation);
        var parameters = new CStruct("brim_add_s8_linear_params",
        [
            CField.Of("elements", node.OutputType().Shape.ElementCount),
            CField.Of("factor_a", form.FactorA),
            CField.Of("factor_b", form.FactorB),
            CField.Of("constant", form.Constant),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        ]);
        return new KernelCall(
            new Kernel("brim_add_s8_linear", ArmKernels.Folder + "add_s8_linear.c"),
            [
                new KernelArgument.Parameters(parameters),
                Operand(node, 0, context),
                Operand(node, 1, context),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
            ],
            InPlaceInput: node.Constant(0) is null ? 0 : 1)
        {
            Work = WorkCounts.OneCall()
                .Add("four", node.OutputType().Shape.ElementCount / 4)
                .Add("single", node.OutputType().Shape.ElementCount % 4)
                .Add("clamp", range.Min > -128 || range.Max < 127 ? node.OutputType().Shape.ElementCount : 0)
                .ToWork(),
        };
    }

    private static KernelArgument Operand(NodeView node, int index, LoweringContext context) => node.Constant(index) is { } constant
        ? new KernelArgument.Constant(context.Array($"operand{index}", CElement.Int8, [.. constant.Codes.Select(c => (long)c)], "table"))
        : new KernelArgument.Activation(node.Node.Inputs[index], CElement.Int8);
}
