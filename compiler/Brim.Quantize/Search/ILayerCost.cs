namespace Brim.Quantize.Search;

/// <summary>What a layer costs at given widths. A network's cost is the sum over its layers.</summary>
public interface ILayerCost
{
    /// <summary>Unit for reports, e.g. <c>bytes</c>.</summary>
    string Unit { get; }

    /// <summary>The cost of a layer; finite and at least 0.</summary>
    double Of(SearchLayer layer, WidthOption widths);
}
