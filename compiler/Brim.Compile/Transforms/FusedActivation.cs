using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Transforms;

/// <summary>The clamp that an operator applies to its own result.</summary>
internal static class FusedActivation
{
    /// <summary>An operator's clamp; null if it has no place for one.</summary>
    public static Activation? Of(Op op) => op switch
    {
        Conv2D o => o.Activation,
        DepthwiseConv2D o => o.Activation,
        FullyConnected o => o.Activation,
        BinaryElementwise o => o.Activation,
        Pool2D o => o.Activation,
        Concat o => o.Activation,
        UnaryActivation o => o.Activation,
        _ => null,
    };

    /// <summary>The operator with another clamp.</summary>
    public static Op With(Op op, Activation activation) => op switch
    {
        Conv2D o => o with { Activation = activation },
        DepthwiseConv2D o => o with { Activation = activation },
        FullyConnected o => o with { Activation = activation },
        BinaryElementwise o => o with { Activation = activation },
        Pool2D o => o with { Activation = activation },
        Concat o => o with { Activation = activation },
        UnaryActivation o => o with { Activation = activation },
        _ => throw new ArgumentException($"{op.Mnemonic} has no activation", nameof(op)),
    };

    /// <summary>The activation that is the same as one after another on results of a type; null if there is none.</summary>
    public static Activation? Compose(Activation first, Activation second, TensorType type)
    {
        if (first == Activation.None)
            return second;
        if (type.Element.IsFloat)
        {
            var (a, b) = (CodeRange.RealLimits(first), CodeRange.RealLimits(second));
            return Find(x => CodeRange.RealLimits(x) == (Math.Max(a.Low, b.Low), Math.Min(a.High, b.High)));
        }
        var (p, q) = (CodeRange.Of(type, first), CodeRange.Of(type, second));
        // Clamps commute with intersection only where the ranges meet.
        return Math.Max(p.Min, q.Min) > Math.Min(p.Max, q.Max)
            ? null
            : Find(x => CodeRange.Of(type, x) == new CodeRange(Math.Max(p.Min, q.Min), Math.Min(p.Max, q.Max)));
    }

    private static Activation? Find(Func<Activation, bool> accept)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            if (accept(activation))
                return activation;
        }
        return null;
    }
}
