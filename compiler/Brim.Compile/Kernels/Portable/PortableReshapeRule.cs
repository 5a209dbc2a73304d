using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Reshape of any element type by <c>brim_copy</c>, which does nothing where the result takes the operand's place.</summary>
public sealed class PortableReshapeRule : PortableRule<Reshape>
{
    private protected override MatchResult Match(Reshape op, NodeView node) => MatchResult.Accept;

    private protected override KernelCall Lower(Reshape op, NodeView node, LoweringContext context) => new(
        Runtime("copy", "copy"),
        [new KernelArgument.Integer(node.InputType(0).Bytes), Operand(node, context, 0), Result(node)],
        InPlaceInput: node.Constant(0) is null ? 0 : -1)
    {
        IsCopy = node.Constant(0) is null,
    };
}
