namespace Brim.Quantize.Search;

/// <summary>One alternative of a unit of a <see cref="ChoiceProblem"/>.</summary>
/// <param name="Cost">What it uses of the budget; finite, at least 0.</param>
/// <param name="Error">What it adds to the sum that is minimised; finite.</param>
/// <param name="Tag">What it stands for.</param>
/// <typeparam name="T">Type of the tag.</typeparam>
public sealed record Choice<T>(double Cost, double Error, T Tag);
