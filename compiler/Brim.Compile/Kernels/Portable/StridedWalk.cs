using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Compile.Kernels.Portable;

/// <summary>
/// A row-major walk over dimensions with steps in one or more tensors, simplified: dimensions of 1 are dropped, and neighbours that
/// every tensor steps through evenly are merged. What most broadcasts and slices need is then a single loop.
/// </summary>
internal sealed class StridedWalk
{
    /// <summary>Most dimensions that kernels walk (<c>BRIM_MAX_RANK</c>).</summary>
    public const int MaxRank = 6;

    private StridedWalk(ImmutableArray<int> dims, ImmutableArray<ImmutableArray<long>> strides)
    {
        Dims = dims;
        Strides = strides;
    }

    /// <summary>Dimensions, at least one.</summary>
    public ImmutableArray<int> Dims { get; }

    /// <summary>For each tensor its step in every dimension.</summary>
    public ImmutableArray<ImmutableArray<long>> Strides { get; }

    /// <summary>Simplifies a walk.</summary>
    /// <param name="dims">Dimensions, outermost first, all at least 1.</param>
    /// <param name="strides">For each tensor as many steps as dimensions.</param>
    public static StridedWalk Over(IReadOnlyList<int> dims, params IReadOnlyList<long>[] strides)
    {
        var keptDims = new List<int>();
        var kept = strides.Select(_ => new List<long>()).ToArray();
        for (var d = 0; d < dims.Count; d++)
        {
            if (dims[d] == 1)
                continue;
            var last = keptDims.Count - 1;
            if (last >= 0 && Enumerable.Range(0, strides.Length).All(t => kept[t][last] == strides[t][d] * dims[d]))
            {
                keptDims[last] *= dims[d];
                for (var t = 0; t < strides.Length; t++)
                    kept[t][last] = strides[t][d];
                continue;
            }
            keptDims.Add(dims[d]);
            for (var t = 0; t < strides.Length; t++)
                kept[t].Add(strides[t][d]);
        }
        if (keptDims.Count == 0)
        {
            keptDims.Add(1);
            foreach (var k in kept)
                k.Add(0);
        }
        return new StridedWalk([.. keptDims], [.. kept.Select(k => k.ToImmutableArray())]);
    }

    /// <summary>Declines walks that kernels cannot take.</summary>
    public MatchResult Match() => Dims.Length <= MaxRank
        ? MatchResult.Accept
        : MatchResult.Decline($"{Dims.Length} dimensions remain after merging; kernels walk {MaxRank}");

    /// <summary>A <c>brim_walk</c> for the first tensor.</summary>
    public CStruct ToStruct(LoweringContext context, string name) => new("brim_walk",
    [
        CField.Of("rank", Dims.Length),
        CField.Of("dims", DimsArray(context, name)),
        CField.Of("strides", StridesArray(context, $"{name}_strides", 0)),
    ]);

    /// <summary>The dimensions as a constant array.</summary>
    public ConstantData DimsArray(LoweringContext context, string name) =>
        context.Array($"{name}_dims", CElement.Int32, [.. Dims.Select(d => (long)d)], "shape");

    /// <summary>One tensor's steps as a constant array.</summary>
    public ConstantData StridesArray(LoweringContext context, string name, int tensor) =>
        context.Array(name, CElement.Int32, Strides[tensor], "shape");
}
