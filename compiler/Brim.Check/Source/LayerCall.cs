using System.Collections.Immutable;

namespace Brim.Check.Source;

/// <summary>What an argument of a kernel call is.</summary>
internal enum ArgumentKind
{
    /// <summary>The address of the call's parameter structure.</summary>
    Parameters,

    /// <summary>A place in the arena or in a tensor of the caller.</summary>
    Memory,

    /// <summary>A constant array.</summary>
    Array,

    /// <summary>An integer; 0 also stands for a null pointer.</summary>
    Integer,
}

/// <summary>One argument.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Array, or the memory's name: <c>arena</c> or a parameter of the run function.</param>
/// <param name="Value">Integer, or offset in bytes.</param>
internal readonly record struct Argument(ArgumentKind Kind, string Name, long Value)
{
    /// <summary>As the certificate spells it.</summary>
    public override string ToString() => Kind switch
    {
        ArgumentKind.Parameters => "&params",
        ArgumentKind.Memory when Name == LibrarySource.Arena => FormattableString.Invariant($"{Name}+{Value}"),
        ArgumentKind.Integer => FormattableString.Invariant($"{Value}"),
        _ => Name,
    };
}

/// <summary>One layer of the library: the call of a kernel.</summary>
/// <param name="Step">Name of the step, the function's name without the library's prefix.</param>
/// <param name="Kernel">C function of the kernel.</param>
/// <param name="Parameters">Its parameter structure, or null.</param>
/// <param name="Arguments">Arguments in order.</param>
internal sealed record LayerCall(string Step, string Kernel, ParameterSet? Parameters, ImmutableArray<Argument> Arguments)
{
    /// <summary>The parameter structure.</summary>
    public ParameterSet Required => Parameters ?? throw CheckFailure.Code($"{Kernel} is called without parameters");

    /// <summary>A pointer argument into memory.</summary>
    public Argument Memory(int index) => At(index) is { Kind: ArgumentKind.Memory } argument
        ? argument
        : throw CheckFailure.Code($"argument {index} of {Kernel} is no tensor");

    /// <summary>An array argument; null for a null pointer.</summary>
    public ConstantArray? Array(int index, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        var argument = At(index);
        if (argument is { Kind: ArgumentKind.Integer, Value: 0 })
            return null;
        return argument.Kind == ArgumentKind.Array && arrays.TryGetValue(argument.Name, out var array)
            ? array
            : throw CheckFailure.Code($"argument {index} of {Kernel} is no constant array");
    }

    /// <summary>An integer argument within 1 and the greatest extent.</summary>
    public int Extent(int index) => At(index) is { Kind: ArgumentKind.Integer, Value: >= 1 and <= ParameterSet.Limit } argument
        ? (int)argument.Value
        : throw CheckFailure.Words($"argument {index} of {Kernel} is no extent");

    /// <summary>An argument.</summary>
    public Argument At(int index) => index < Arguments.Length ? Arguments[index] : throw CheckFailure.Code($"{Kernel} is called with {Arguments.Length} arguments");
}
