using System.Globalization;
using System.Text;
using Brim.Core.IR;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>Runs an emitted library on the host with single bits of its arrays flipped.</summary>
internal static class HostFlips
{
    private const int RandomInputs = 200;

    /// <summary>For each flip, whether some input gives other bytes than the library as emitted.</summary>
    public static IReadOnlyList<bool> Differences(CheckedLibrary library, Graph graph, IReadOnlyList<BitFlip> flips)
    {
        var folder = Directory.CreateTempSubdirectory("brim-flips-");
        try
        {
            library.WriteTo(folder.FullName);
            // Constants in writable memory: the flips are made in the running program.
            string[] options =
            [
                "-w", "-O1", "-Dconst=", "-I", Path.Combine(folder.FullName, "include"), "-I", Path.Combine(folder.FullName, "src"),
                .. library.Library.Sources.Select(s => Path.Combine(folder.FullName, s)),
            ];
            var (exit, output) = HostC.CompileAndRun(Program(library, graph, flips), options);
            Assert.True(exit == 0, output);
            return [.. output.Trim().Select(c => c == '1')];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Program(CheckedLibrary library, Graph graph, IReadOnlyList<BitFlip> flips)
    {
        var names = library.Library.Names;
        var (x, y) = (graph.TypeOf(graph.Inputs[0]), graph.TypeOf(graph.Outputs[0]));
        var inputs = Inputs(x).ToList();
        var text = new StringBuilder()
            .AppendLine("#include <stdio.h>").AppendLine("#include <string.h>").AppendLine($"#include \"{names.HeaderFile}\"").AppendLine($"#include \"{names.Prefix}_data.h\"")
            .AppendLine($"static unsigned char arena[{names.Macro}_ARENA_BYTES + 16] __attribute__((aligned(16)));")
            .AppendLine(CultureInfo.InvariantCulture, $"static signed char in[{inputs.Count}][{x.Bytes}] __attribute__((aligned(8))) = {{")
            .AppendJoin(",\n", inputs.Select(i => "{" + string.Join(',', i) + "}")).AppendLine("};")
            .AppendLine(CultureInfo.InvariantCulture, $"static signed char want[{inputs.Count}][{y.Bytes}], have[{y.Bytes}] __attribute__((aligned(8)));")
            .AppendLine("static struct { void *array; unsigned byte, bit; } flips[] = {")
            .AppendJoin("\n", flips.Select(f => string.Create(CultureInfo.InvariantCulture, $"{{{f.Array.Name}, {(f.Index * f.Array.Format.Bits / 8) + (f.Bit / 8)}, {f.Bit % 8}}},")))
            .AppendLine("};").AppendLine("int main(void) {")
            .AppendLine(CultureInfo.InvariantCulture, $"for (int i = 0; i < {inputs.Count}; i++) {names.RunFunction}((void *)in[i], (void *)want[i], arena);")
            .AppendLine(CultureInfo.InvariantCulture, $"for (int f = 0; f < {flips.Count}; f++) {{ int differs = 0; unsigned char *at = (unsigned char *)flips[f].array + flips[f].byte; *at ^= 1u << flips[f].bit;")
            .AppendLine(CultureInfo.InvariantCulture, $"for (int i = 0; i < {inputs.Count}; i++) {{ {names.RunFunction}((void *)in[i], (void *)have, arena); differs |= memcmp(have, want[i], sizeof have) != 0; }}")
            .AppendLine("*at ^= 1u << flips[f].bit; putchar(differs ? '1' : '0'); } return 0; }");
        return text.ToString();
    }

    /// <summary>Every code everywhere, random codes, and random extremes: sums at both ends and all the way between.</summary>
    private static IEnumerable<int[]> Inputs(TensorType x)
    {
        var count = (int)x.Shape.ElementCount;
        var random = new SplitMix64(1);
        for (var code = (int)x.Element.MinCode; code <= x.Element.MaxCode; code++)
            yield return [.. Enumerable.Repeat((int)(sbyte)code, count)];
        for (var n = 0; n < RandomInputs; n++)
        {
            var extreme = n % 2 == 0;
            yield return [.. Enumerable.Range(0, count).Select(_ => (int)(sbyte)(extreme ? random.Pick([(int)x.Element.MinCode, (int)x.Element.MaxCode]) : random.Between((int)x.Element.MinCode, (int)x.Element.MaxCode)))];
        }
    }
}
