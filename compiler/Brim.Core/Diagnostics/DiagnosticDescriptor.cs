namespace Brim.Core.Diagnostics;

/// <summary>A kind of diagnostic: its stable code and the text behind <c>brim explain CODE</c>.</summary>
/// <param name="Code">Stable code <c>BRIMnnnn</c>: 1xxx import, 2xxx IR, 3xxx quantization, 4xxx planning and memory, 5xxx emission, 6xxx options and environment. Never reused.</param>
/// <param name="Severity">Severity of every diagnostic of this kind.</param>
/// <param name="Title">One line, without values.</param>
/// <param name="Explanation">What it means and what a user can do about it.</param>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Title, string Explanation);
