namespace Brim.Core.IR;

/// <summary>How far a graph has come; later phases have fewer forms.</summary>
public enum GraphPhase
{
    /// <summary>As the importer made it.</summary>
    Imported,

    /// <summary>Shape arithmetic folded, one form for each idea.</summary>
    Canonical,

    /// <summary>Every activation has a width.</summary>
    Quantized,

    /// <summary>Activations, padding and zero points fused; what kernel rules match on.</summary>
    Lowered,
}
