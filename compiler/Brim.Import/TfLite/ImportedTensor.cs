using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Import.TfLite;

/// <summary>A tensor of the file, and what has become of it in the graph.</summary>
internal sealed class ImportedTensor
{
    /// <summary>Index in the subgraph's tensors.</summary>
    public required int Index { get; init; }

    /// <summary>Name from the file; <c>tensor#n</c> if it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Place in the file.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>Element type as the file states it.</summary>
    public TfLiteTensorType FileType { get; init; }

    /// <summary>Type; null if the file's one is not supported or not valid (reported). Unknown dimensions count as 1.</summary>
    public TensorType? Type { get; set; }

    /// <summary>For each dimension, whether the file leaves it open.</summary>
    public ImmutableArray<bool> OpenDimensions { get; init; } = [];

    /// <summary>True if the file states no shape at all: rank 0 without being marked as a scalar.</summary>
    public bool HasUnknownRank { get; init; }

    /// <summary>True if the file holds data for the tensor.</summary>
    public bool IsStored { get; init; }

    /// <summary>The stored bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Value of a constant that has been read or computed at import.</summary>
    public Tensor? Constant { get; set; }

    /// <summary>Id of the value in the graph, once it has one.</summary>
    public int? ValueId { get; set; }

    /// <summary>True once an input, an operator or stored data defines the tensor.</summary>
    public bool IsDefined { get; set; }

    /// <summary>True if an error at its definition was reported: what follows from it is not reported again.</summary>
    public bool IsFailed { get; set; }

    /// <summary>True if the value is known at import.</summary>
    public bool IsConstant => IsStored || Constant is not null;

    /// <summary>Type of a tensor that is known to have one.</summary>
    public TensorType KnownType => Type ?? throw new InvalidOperationException($"{Location} has no type");

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}'";
}
