namespace Brim.Core.Diagnostics;

/// <summary>Where in a model or recipe something stands.</summary>
/// <param name="File">File name as the user gave it.</param>
/// <param name="Place">Place inside the file, e.g. <c>op #12 DEPTHWISE_CONV_2D 'features/3'</c>; null for the whole file.</param>
public sealed record SourceLocation(string File, string? Place = null)
{
    /// <summary>Location of things the compiler made itself.</summary>
    public static SourceLocation Generated { get; } = new("<generated>");

    /// <inheritdoc/>
    public override string ToString() => Place is null ? File : $"{File}: {Place}";
}
