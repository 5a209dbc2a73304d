using System.Globalization;
using Brim.Compile.Program;

namespace Brim.Compile.Emit;

/// <summary>Prints a self test that firmware can link: it runs recorded inputs and compares every output byte.</summary>
internal sealed class SelfTestEmitter(LibraryNames names, KernelProgram program, SelfTestVectors vectors)
{
    private string Function => $"{names.Prefix}_selftest";

    public string Header()
    {
        var guard = $"{names.Macro}_SELFTEST_H";
        return new CWriter()
            .Line($"#ifndef {guard}").Line($"#define {guard}").Line()
            .Line($"/** Runs {Number(vectors.Count)} recorded inferences; returns the number of output bytes that differ from the reference (0: passed).")
            .Line(" *")
            .Line($" * @param arena {names.Macro}_ARENA_BYTES bytes, aligned to 16")
            .Line($" * @param out   room for all outputs of one inference, one after the other, each aligned to 8 bytes, aligned to 16")
            .Line(" */")
            .Line($"unsigned {Function}(void *arena, unsigned char *out);").Line()
            .Line("#endif").ToString();
    }

    public string Source()
    {
        var w = new CWriter()
            .Line($"/* Recorded inferences of {names.Model}. Generated; do not edit. */")
            .Line($"#include \"{names.HeaderFile}\"")
            .Line($"#include \"{names.Prefix}_selftest.h\"");
        EmitArrays(w, "input", vectors.Inputs.SelectMany(v => v.Select((bytes, t) => (bytes, t))));
        EmitArrays(w, "output", vectors.Outputs.SelectMany(v => v.Select((bytes, t) => (bytes, t))));
        w.Line().Line("static unsigned differences(const unsigned char *a, const unsigned char *b, unsigned n)").Open("{")
            .Line("unsigned count = 0;")
            .Line("for (unsigned i = 0; i < n; i++) {").Line("    count += a[i] != b[i];").Line("}")
            .Line("return count;").Close()
            .Line().Line($"unsigned {Function}(void *arena, unsigned char *out)").Open("{")
            .Line("unsigned count = 0;");
        for (var n = 0; n < vectors.Count; n++)
            EmitInference(w, n);
        return w.Line("return count;").Close().ToString();
    }

    private static void EmitArrays(CWriter w, string kind, IEnumerable<(byte[] Bytes, int Tensor)> arrays)
    {
        var index = 0;
        foreach (var (bytes, _) in arrays)
        {
            w.Line().Open($"static const unsigned char {kind}_{Number(index++)}[{Number(bytes.Length)}] __attribute__((aligned(8))) = {{")
                .Items(bytes.Select(b => b.ToString(CultureInfo.InvariantCulture))).Close("};");
        }
    }

    private void EmitInference(CWriter w, int n)
    {
        var graph = program.Graph;
        var arguments = new List<string>();
        for (var i = 0; i < graph.Inputs.Length; i++)
            arguments.Add($"(const {CTypes.PublicName(graph.TypeOf(graph.Inputs[i]).Element)} *)input_{Number((n * graph.Inputs.Length) + i)}");
        var offset = 0L;
        var checks = new List<string>();
        for (var i = 0; i < graph.Outputs.Length; i++)
        {
            var type = graph.TypeOf(graph.Outputs[i]);
            var at = offset == 0 ? "out" : $"(out + {Number(offset)})";
            arguments.Add($"({CTypes.PublicName(type.Element)} *){at}");
            checks.Add($"count += differences({at}, output_{Number((n * graph.Outputs.Length) + i)}, {Number(type.Bytes)});");
            offset += (type.Bytes + 7) / 8 * 8;
        }
        w.Line($"{names.RunFunction}({string.Join(", ", arguments.Append("arena"))});");
        foreach (var check in checks)
            w.Line(check);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
