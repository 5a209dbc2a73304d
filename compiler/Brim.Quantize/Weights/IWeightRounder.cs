namespace Brim.Quantize.Weights;

/// <summary>A method that chooses integer weights for a layer.</summary>
public interface IWeightRounder
{
    /// <summary>Name in recipes and reports, e.g. <c>optq</c>.</summary>
    string Name { get; }

    /// <summary>Chooses codes on the problem's grid. Deterministic: equal problems give equal codes.</summary>
    WeightCodes Round(WeightProblem problem);
}
