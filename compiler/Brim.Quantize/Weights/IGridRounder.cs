namespace Brim.Quantize.Weights;

/// <summary>A method whose work on the inputs serves any grid, so that many grids are tried for the price of little more than one.</summary>
public interface IGridRounder : IWeightRounder
{
    /// <summary>Does the work that does not depend on the grid; what it returns rounds to a grid of the same rows.</summary>
    Func<WeightGrid, WeightCodes> Prepare(WeightProblem problem);
}
