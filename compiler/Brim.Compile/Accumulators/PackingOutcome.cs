namespace Brim.Compile.Accumulators;

/// <summary>A packed layer, or why the packing cannot hold it.</summary>
public sealed record PackingOutcome
{
    private PackingOutcome(PackedLayer? layer, string? refusal) => (Layer, Refusal) = (layer, refusal);

    /// <summary>The packed layer, or null.</summary>
    public PackedLayer? Layer { get; }

    /// <summary>The bound that fails, with its values, or null.</summary>
    public string? Refusal { get; }

    /// <summary>Success.</summary>
    public static PackingOutcome Of(PackedLayer layer) => new(layer, null);

    /// <summary>Failure.</summary>
    public static PackingOutcome Declined(string reason) => new(null, reason);
}
