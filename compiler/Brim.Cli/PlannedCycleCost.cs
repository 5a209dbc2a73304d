using System.Collections.Immutable;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Quantize.Recipes;
using Brim.Quantize.Search;

namespace Brim.Cli;

/// <summary>
/// Modelled cycles of a layer on a target as the compiler predicts them for the kernel that it would choose: the network is quantized with the layer's
/// widths everywhere, by rounding to nearest, and compiled as far as kernels are chosen. Chunks of lanes depend on the weights, which other methods
/// round little differently. Passes between layers are left out: they cost the same at all widths.
/// </summary>
/// <param name="graph">The float network.</param>
/// <param name="recipe">How it will be quantized.</param>
/// <param name="calibration">Data to calibrate with.</param>
/// <param name="backend">Target and kernels.</param>
internal sealed class PlannedCycleCost(Graph graph, QuantizationRecipe recipe, DataSource calibration, Backend backend) : ILayerCost
{
    private const int Samples = 8;
    private const string Nearest = "rtn";

    private readonly Dictionary<WidthOption, ImmutableDictionary<string, double>> _cycles = [];

    /// <inheritdoc/>
    public string Unit => "cycles";

    /// <inheritdoc/>
    public double Of(SearchLayer layer, WidthOption widths)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var diagnostics = new DiagnosticBag();
        var cycles = Cycles(widths, diagnostics) ?? throw new InvalidOperationException($"{widths}: {diagnostics.Items[0]}");
        // A layer that the passes remove costs nothing.
        return cycles.GetValueOrDefault(layer.Name);
    }

    /// <summary>True if costs are known at given widths; otherwise the reasons are reported.</summary>
    public bool IsKnown(WidthOption widths, DiagnosticBag diagnostics) => Cycles(widths, diagnostics) is not null;

    private ImmutableDictionary<string, double>? Cycles(WidthOption widths, DiagnosticBag diagnostics)
    {
        if (_cycles.TryGetValue(widths, out var known))
            return known;
        if (Compile(widths, diagnostics) is not { } cycles)
            return null;
        _cycles.Add(widths, cycles);
        return cycles;
    }

    private ImmutableDictionary<string, double>? Compile(WidthOption widths, DiagnosticBag diagnostics)
    {
        var rounded = recipe with { Samples = Samples, Adaptation = null, Matching = null };
        var uniform = new WidthAssignment(new LayerWidths(widths.WeightBits, widths.ActivationBits, Nearest), ImmutableSortedDictionary<string, LayerWidths>.Empty);
        if (Quantization.Run(graph, rounded.With(uniform), calibration, diagnostics) is not { } quantized)
            return null;
        var lowered = StandardPipeline.Run(quantized.Graph, new PassContext(diagnostics));
        if (diagnostics.HasErrors || KernelSelector.Select(lowered, backend, diagnostics, AccumulatorOptions.Automatic) is not { } choices)
            return null;
        var names = LayerNames.Of(graph);
        var byNode = graph.Nodes.Where(n => names.ContainsKey(n.Output)).ToLookup(n => n.Name, n => names[n.Output], StringComparer.Ordinal);
        var cycles = ImmutableDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var node in choices.Where(c => AccumulatorRanges.Of(lowered, c.Node) is not null).GroupBy(c => c.Node.Name, StringComparer.Ordinal))
        {
            foreach (var (name, choice) in byNode[node.Key].Zip(node))
            {
                if (choice.Cycles is not { } known)
                {
                    diagnostics.Report(CliDiagnostics.UnknownCycles, choice.Node.Location, $"layer '{name}' at {widths}: nothing is known of the cycles of {choice.Call.Kernel.Function} on {backend.Target.Name}");
                    return null;
                }
                cycles.Add(name, known);
            }
        }
        return cycles.ToImmutable();
    }
}
