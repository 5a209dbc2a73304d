using Brim.Core.Diagnostics;

namespace Brim.Compile.Transforms;

/// <summary>What every pass is given besides the graph.</summary>
/// <param name="Diagnostics">Receives findings.</param>
public sealed record PassContext(DiagnosticBag Diagnostics);
