using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brim.Emulation;

namespace Brim.QemuTests.Fuzz;

/// <summary>Prints the function that runs every case of a batch in turn, in one arena: to the harness a batch is one model.</summary>
internal static class BatchSource
{
    public const string Model = "batch";

    public const string Header = "void brim_batch_run(const void *in, void *out, void *arena);\n";

    /// <summary>The first byte of an input record: what the arena holds before each case.</summary>
    public const int PoisonBytes = 16;

    // Under the address sanitizer gaps may not even be read while a case runs.
    private const string Prologue = """
        #include "brim_batch.h"
        #include <stdint.h>

        #ifdef __SANITIZE_ADDRESS__
        #include <sanitizer/asan_interface.h>
        #define FORBID(at, bytes) ASAN_POISON_MEMORY_REGION(at, bytes)
        #define ALLOW(at, bytes) ASAN_UNPOISON_MEMORY_REGION(at, bytes)
        #else
        #define FORBID(at, bytes) ((void)0)
        #define ALLOW(at, bytes) ((void)0)
        #endif

        """;

    public static string Print(ImmutableArray<CaseLibrary> cases, ImmutableArray<BatchLayout> layouts)
    {
        var text = new StringBuilder(Prologue);
        foreach (var library in cases)
            text.Append(CultureInfo.InvariantCulture, $"#include \"{library.Library.Names.HeaderFile}\"\n");
        for (var i = 0; i < cases.Length; i++)
            PrintCase(text, i, cases[i], layouts[i]);
        text.Append("\nvoid brim_batch_run(const void *in, void *out, void *arena) {\n");
        for (var i = 0; i < cases.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"    run_{i}(in, out, arena);\n");
        return text.Append("}\n").ToString();
    }

    private static void PrintCase(StringBuilder text, int index, CaseLibrary library, BatchLayout layout)
    {
        var arenaBytes = library.Program.ArenaBytes;
        text.Append(CultureInfo.InvariantCulture, $$"""

            static void run_{{index}}(const uint8_t *in, uint8_t *out, uint8_t *arena) {
                __builtin_memset(arena, in[0], {{arenaBytes}}u);
                __builtin_memset(arena + {{arenaBytes}}u, {{BatchLayout.Guard}}, {{BatchLayout.GuardBytes}}u);
                __builtin_memset(out + {{layout.OutputStart}}u, {{BatchLayout.Guard}}, {{layout.OutputEnd - layout.OutputStart}}u);
                FORBID(arena + {{arenaBytes}}u, {{BatchLayout.GuardBytes}}u);
                FORBID(out + {{layout.OutputStart}}u, {{layout.OutputEnd - layout.OutputStart}}u);

            """);
        var (inputs, outputs) = (library.Inputs, library.Outputs);
        for (var i = 0; i < outputs.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"    ALLOW(out + {layout.OutputOffsets[i]}u, {outputs[i].Bytes}u);\n");
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].ArenaOffset is { } place)
                text.Append(CultureInfo.InvariantCulture, $"    __builtin_memcpy(arena + {place}u, in + {layout.InputOffsets[i]}u, {inputs[i].Bytes}u);\n");
        }
        var arguments = inputs.Select((b, i) => "(const void *)" + Address(b, "in", layout.InputOffsets[i]))
            .Concat(outputs.Select((b, i) => "(void *)" + Address(b, "out", layout.OutputOffsets[i])))
            .Append("arena");
        text.Append(CultureInfo.InvariantCulture, $"    {library.Library.Names.RunFunction}({string.Join(", ", arguments)});\n");
        text.Append(CultureInfo.InvariantCulture, $$"""
                ALLOW(arena + {{arenaBytes}}u, {{BatchLayout.GuardBytes}}u);
                ALLOW(out + {{layout.OutputStart}}u, {{layout.OutputEnd - layout.OutputStart}}u);

            """);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].ArenaOffset is { } place)
                text.Append(CultureInfo.InvariantCulture, $"    __builtin_memcpy(out + {layout.OutputOffsets[i]}u, arena + {place}u, {outputs[i].Bytes}u);\n");
        }
        text.Append(CultureInfo.InvariantCulture, $$"""
                __builtin_memcpy(out + {{layout.ArenaGuard}}u, arena + {{arenaBytes}}u, {{BatchLayout.GuardBytes}}u);
                __builtin_memcpy(out + {{layout.InputCopy}}u, in + {{layout.InputStart}}u, {{layout.InputEnd - layout.InputStart}}u);
            }

            """);
    }

    private static string Address(TensorBuffer buffer, string record, int offset) => buffer.ArenaOffset is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"(arena + {place}u)")
        : string.Create(CultureInfo.InvariantCulture, $"({record} + {offset}u)");
}
