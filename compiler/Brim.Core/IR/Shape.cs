using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Brim.Core.IR;

/// <summary>Dimensions of a tensor, outermost first, row-major. All dimensions are known and at least 0. Activations are NHWC.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    private readonly ImmutableArray<int> _dimensions;

    /// <summary>Makes a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public Shape(ImmutableArray<int> dimensions)
    {
        foreach (var d in dimensions)
            ArgumentOutOfRangeException.ThrowIfNegative(d, nameof(dimensions));
        _dimensions = dimensions;
    }

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Makes a shape from its dimensions.</summary>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new([.. dimensions]);

    /// <summary>The dimensions.</summary>
    public ImmutableArray<int> Dimensions => _dimensions.IsDefault ? [] : _dimensions;

    /// <summary>Number of dimensions.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">More than 2^63 - 1.</exception>
    public long ElementCount
    {
        get
        {
            long n = 1;
            foreach (var d in Dimensions)
                n = checked(n * d);
            return n;
        }
    }

    /// <summary>One dimension; negative indices count from the end.</summary>
    public int this[int index] => Dimensions[index < 0 ? index + Rank : index];

    /// <summary>Row-major strides in elements.</summary>
    public ImmutableArray<long> Strides()
    {
        var strides = new long[Rank];
        long step = 1;
        for (var i = Rank - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Dimensions[i];
        }
        return [.. strides];
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var d in Dimensions)
            hash.Add(d);
        return hash.ToHashCode();
    }

    /// <summary>Equal dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Different dimensions.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Dimensions).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Prints <c>1x32x32x3</c>.</summary>
    public override string ToString() => Rank == 0 ? "scalar" : string.Join('x', Dimensions);
}
