using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>
/// A rule for a kernel of <c>runtime-c</c>: plain C for any core. Together these rules cover every operator for every integer type
/// that the operators define; what they decline has no meaning in firmware.
/// </summary>
/// <typeparam name="TOp">The operator.</typeparam>
public abstract class PortableRule<TOp> : IKernelRule
    where TOp : Op
{
    /// <inheritdoc/>
    public string Name => GetType().Name;

    /// <inheritdoc/>
    public bool IsLastResort => true;

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not TOp op)
            return MatchResult.OtherOperator($"does not compute {node.Node.Op.Mnemonic}");
        var tensors = node.Node.Inputs.Where(id => id != Value.None).Concat(node.Node.Outputs).Select(node.Graph.TypeOf);
        foreach (var type in tensors)
        {
            if (type.Shape.ElementCount == 0)
                return MatchResult.Decline("empty tensors have no elements to compute");
            if (type.Bytes > int.MaxValue)
                return MatchResult.Decline($"tensors of {type.Bytes} bytes exceed the kernels' 32-bit indices");
        }
        return Match(op, node);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        return Lower((TOp)node.Node.Op, node, context);
    }

    /// <summary>Accepts or declines a node of the operator; no tensor is empty.</summary>
    private protected abstract MatchResult Match(TOp op, NodeView node);

    /// <summary>Builds the call for an accepted node.</summary>
    private protected abstract KernelCall Lower(TOp op, NodeView node, LoweringContext context);

    /// <summary>A kernel of the runtime.</summary>
    /// <param name="function">Function name without the prefix <c>brim_</c>.</param>
    /// <param name="file">File name below <c>runtime-c/src</c> without extension.</param>
    private protected static Kernel Runtime(string function, string file) => new($"brim_{function}", $"runtime-c/src/{file}.c");

    /// <summary>An operand as the kernel sees it: activation or constant array.</summary>
    /// <param name="node">The node.</param>
    /// <param name="context">Names constants.</param>
    /// <param name="index">Operand index.</param>
    /// <param name="element">The kernel's pointer type; null for <c>void</c> pointers: the operand's own.</param>
    private protected static KernelArgument Operand(NodeView node, LoweringContext context, int index, CElement? element = null)
    {
        var pointer = element ?? CodeType.StorageOf(node.InputType(index).Element);
        return node.Constant(index) is { } constant
            ? new KernelArgument.Constant(context.Array($"x{index}", pointer, CodeType.Elements(constant), "constant"))
            : new KernelArgument.Activation(node.Node.Inputs[index], pointer);
    }

    /// <summary>The result's pointer; see <see cref="Operand"/>.</summary>
    private protected static KernelArgument Result(NodeView node, CElement? element = null) =>
        new KernelArgument.Activation(node.Node.Output, element ?? CodeType.StorageOf(node.OutputType().Element));

    /// <summary>
    /// Declines unless every given type holds quantized codes that kernels store, of one scale.
    /// </summary>
    private protected static MatchResult CodesOnly(params ImmutableArray<TensorType> types)
    {
        foreach (var type in types)
        {
            if (!CodeType.IsCode(type.Element))
                return MatchResult.Decline($"kernels compute on codes of 1 to 8 and signed 16 bits, not on {type.Element}");
            if (type.Quant is not { IsPerTensor: true })
                return MatchResult.Decline(type.Quant is null ? "plain integers have no scale" : "activations need one scale");
        }
        return MatchResult.Accept;
    }
}
