using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Compile;

/// <summary>The compiler from an imported graph to a planned program.</summary>
public static class ModelCompiler
{
    /// <summary>Compiles; null with diagnostics if some node has no kernel or a pass found an error.</summary>
    public static CompiledModel? Compile(Graph imported, Backend backend, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(imported);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var lowered = StandardPipeline.Run(imported, new PassContext(diagnostics));
        if (diagnostics.HasErrors || KernelSelector.Select(lowered, backend.Target, backend.Rules, diagnostics) is not { } choices)
            return null;
        var plan = ExecutionPlanner.Plan(lowered, [.. choices.Select(c => (c.Node, c.Call))], new PlanOptions());
        return new CompiledModel(imported, choices, plan);
    }
}
