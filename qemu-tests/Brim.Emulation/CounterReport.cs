using System.Collections.Immutable;
using System.Globalization;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Reads the counting plugin's report (format: qemu-tests/plugin/counter.c).</summary>
internal sealed class CounterReport
{
    private readonly List<InferenceCount> _inferences = [];
    private readonly Dictionary<(int Layer, string Function), (long Instructions, long Cycles)> _functions = [];
    private readonly List<(int Index, long Instructions, long Cycles, long MultiplierCycles)> _layers = [];
    private readonly Dictionary<(int Layer, InstructionClass Class), long> _classes = [];
    private readonly SortedSet<string> _uncosted = new(StringComparer.Ordinal);

    private CounterReport()
    {
    }

    public long StackBytes { get; private set; }

    public bool IsStackExact { get; private set; }

    public static CounterReport Parse(IEnumerable<string> lines, ElfImage elf)
    {
        var report = new CounterReport();
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "inference":
                    report._inferences.Add(new InferenceCount(Number(words[2]), Number(words[3])));
                    break;
                case "layer":
                    report._layers.Add(((int)Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4])));
                    break;
                case "class":
                    report._classes[((int)Number(words[1]), TargetFile.ClassOf(words[2]))] = Number(words[3]);
                    break;
                case "block":
                    report.AddBlock(elf, words);
                    break;
                case "uncosted":
                    report._uncosted.Add(words[1]);
                    break;
                case "stack":
                    report.StackBytes = Number(words[1]);
                    report.IsStackExact = words[2] == "1";
                    break;
                default:
                    throw new InvalidDataException($"unknown statement in the counter's report: {line}");
            }
        }
        return report;
    }

    public ExecutionCounts ToCounts(FirmwareImage image, InstructionCosts costs, DiagnosticBag diagnostics)
    {
        foreach (var name in _uncosted)
        {
            diagnostics.Report(EmulationDiagnostics.UncostedInstruction, new SourceLocation(image.Target.Name),
                $"instructions of class '{name}' were executed; the target has no cost for them");
        }
        var n = _inferences.Count;
        var names = image.Sources.LayerNames;
        var measured = _layers.ToDictionary(l => l.Index);
        var layers = Enumerable.Range(-1, names.Length + 1).Select(index =>
        {
            var (_, instructions, cycles, multiplier) = measured.GetValueOrDefault(index);
            var bound = costs.LowerBound(instructions, multiplier, cycles);
            return new LayerMeasurement(index, index < 0 ? image.Sources.RunFunction : names[index],
                ExecutionCounts.Mean(instructions, n), ExecutionCounts.Mean(cycles, n), ExecutionCounts.Mean(bound, n))
            {
                Classes = _classes.Where(c => c.Key.Layer == index)
                    .ToImmutableSortedDictionary(c => c.Key.Class, c => ExecutionCounts.Mean(c.Value, n)),
                Functions = Functions(_functions.Where(f => f.Key.Layer == index), image, n),
            };
        });
        return new ExecutionCounts([.. _inferences], [.. layers], Functions(_functions, image, n));
    }

    /// <summary>Sums by function, most cycles first.</summary>
    private static ImmutableArray<FunctionMeasurement> Functions(
        IEnumerable<KeyValuePair<(int Layer, string Function), (long Instructions, long Cycles)>> counted, FirmwareImage image, int inferences) =>
        [.. counted.GroupBy(f => f.Key.Function)
            .Select(g => new FunctionMeasurement(g.Key, ExecutionCounts.Mean(g.Sum(f => f.Value.Instructions), inferences),
                ExecutionCounts.Mean(g.Sum(f => f.Value.Cycles), inferences), image.Elf.Function(g.Key)?.Size ?? 0))
            .OrderByDescending(f => f.Cycles).ThenBy(f => f.Name, StringComparer.Ordinal)];

    private void AddBlock(ElfImage elf, string[] words)
    {
        var address = long.Parse(words[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var key = ((int)Number(words[1]), elf.FunctionAt(address)?.Name ?? "?");
        var (instructions, cycles) = _functions.GetValueOrDefault(key);
        _functions[key] = (instructions + (Number(words[3]) * Number(words[4])), cycles + Number(words[5]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
