using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>What the rules of convolutions and matrix products share: accumulator width, kernel variant, weights and folded bias.</summary>
/// <param name="Node">The node; operands are x, w and an optional bias.</param>
/// <param name="Wide">True if the operator accumulates in 64 bits.</param>
/// <param name="Requantizers">One for each output channel.</param>
internal sealed record WeightedLayer(NodeView Node, bool Wide, ImmutableArray<Requantizer> Requantizers)
{
    private TensorType X => Node.InputType(0);

    private TensorType Y => Node.OutputType();

    /// <summary>Declines what the kernels cannot compute.</summary>
    public static MatchResult MatchOperands(NodeView node, bool computedWeights)
    {
        var weights = node.InputType(1);
        if (node.Constant(1) is { } constant)
        {
            if (!weights.Element.IsInteger || weights.Quant is null)
                return MatchResult.Decline($"weights are codes of 1 to 8 bits, not {weights.Element}");
            if (constant.Codes.Any(c => c is < sbyte.MinValue or > sbyte.MaxValue))
                return MatchResult.Decline("weight codes do not fit int8");
        }
        else if (!computedWeights)
        {
            return MatchResult.Decline("weights are not constant");
        }
        else if (weights.Element is not { IsInteger: true, IsSigned: true, Bits: <= 8 } || weights.Quant is null)
        {
            return MatchResult.Decline($"computed weights are signed codes of at most 8 bits, not {weights.Element}");
        }
        return node.HasInput(2) && node.Constant(2) is null ? MatchResult.Decline("the bias is not constant") : MatchResult.Accept;
    }

    /// <summary>Width of the operand that decides the accumulator, as the operators define it; 0 if there is no bias.</summary>
    public static int BiasBits(NodeView node) => node.HasInput(2) ? node.InputType(2).Element.Bits : 0;

    /// <summary>Suffix of the kernel function: a variant for the usual types, else <c>any</c>.</summary>
    public string Suffix => (CodeType.Of(X.Element), CodeType.IsByte(Y.Element), Wide) switch
    {
        (0, true, false) => "s8",
        (1, true, false) => "u8",
        (2, false, true) => "s16",
        _ => "any",
    };

    /// <summary>The call.</summary>
    /// <param name="family">Function and file name without prefix and suffix.</param>
    /// <param name="parameters">Parameter structure.</param>
    /// <param name="context">Names constants.</param>
    /// <param name="folded">True if the graph's bias already contains the input's zero point.</param>
    /// <param name="channelOf">Output channel of a weight's index.</param>
    /// <param name="leadBytes">See <see cref="KernelCall.LeadBytes"/>.</param>
    public KernelCall Call(string family, CStruct parameters, LoweringContext context, bool folded, Func<int, int> channelOf, long leadBytes)
    {
        var outElement = CodeType.IsByte(Y.Element) ? CElement.Int8 : CElement.Int16;
        var weights = Node.Constant(1) is { } w
            ? (KernelArgument)new KernelArgument.Constant(context.Array("weights", CElement.Int8, CodeType.Elements(w), "weights"))
            : new KernelArgument.Activation(Node.Node.Inputs[1], CElement.Int8);
        var input = Node.Constant(0) is { } x
            ? (KernelArgument)new KernelArgument.Constant(context.Array("x0", CodeType.StorageOf(X.Element), CodeType.Elements(x), "constant"))
            : new KernelArgument.Activation(Node.Node.Inputs[0], CodeType.StorageOf(X.Element));
        return new KernelCall(
            new Kernel($"brim_{family}_{Suffix}", $"runtime-c/src/{family}.c"),
            [
                new KernelArgument.Parameters(parameters),
                input,
                weights,
                new KernelArgument.Constant(Bias(context, folded || Node.Constant(1) is null, channelOf)),
                new KernelArgument.Activation(Node.Node.Output, outElement),
            ],
            InPlaceInput: leadBytes <= int.MaxValue ? 0 : -1)
        {
            SumLayout = Wide ? SumLayout.Wide64 : SumLayout.Wide32,
            LeadBytes = leadBytes <= int.MaxValue ? (int)leadBytes : 0,
        };
    }

    /// <summary>A <c>brim_types</c>.</summary>
    public CStruct Types() => new("brim_types",
    [
        CField.Of("input", CodeType.Of(X.Element)),
        CField.Of("output", CodeType.Of(Y.Element)),
        CField.Of("wide", Wide ? 1 : 0),
    ]);

    // acc = bias + sum of w * (q - z) = (bias - z * sum of w) + sum of w * q.
    private ConstantData? Bias(LoweringContext context, bool folded, Func<int, int> channelOf)
    {
        var sums = new long[Requantizers.Length];
        if (Node.Constant(2) is { } bias)
        {
            for (var c = 0; c < sums.Length; c++)
                sums[c] = bias.CodeAt(c);
        }
        if (!folded && X.Quant!.ZeroPoint != 0)
        {
            var weights = Node.Constant(1)!.Codes;
            for (var i = 0; i < weights.Length; i++)
                sums[channelOf(i)] -= (long)X.Quant.ZeroPoint * weights[i];
        }
        if (sums.All(s => s == 0))
            return null;
        return Wide
            ? context.Array("bias", CElement.Int64, [.. sums], "bias", 8)
            : context.Array("bias", CElement.Int32, [.. sums.Select(s => (long)unchecked((int)s))], "bias");
    }
}
