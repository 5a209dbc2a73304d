using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Brim.Emulation;

/// <summary>
/// Writes <c>model_binding.h</c>, through which the harnesses in C call any model. Its names do not begin with <c>brim</c>: a model may be called
/// anything, so every such name may be the library's.
/// </summary>
internal static class ModelBinding
{
    public const string FileName = "model_binding.h";

    private const int Alignment = 16;

    public static string Write(FirmwareSources sources)
    {
        var inputOffsets = Offsets(sources.Inputs, out var inputBytes);
        var outputOffsets = Offsets(sources.Outputs, out var outputBytes);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"#include \"{sources.HeaderFile}\"\n#include <stdint.h>\n\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_INPUT_COUNT {sources.Inputs.Length}u\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_OUTPUT_COUNT {sources.Outputs.Length}u\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_INPUT_BYTES {inputBytes}u\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_OUTPUT_BYTES {outputBytes}u\n")
            // An empty array is no C; a model that needs no arena gets a byte.
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_ARENA_BYTES {Math.Max(sources.ArenaBytes, 1)}u\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_INPUT_SLOTS {Slots(sources.Inputs, inputOffsets)}\n")
            .Append(CultureInfo.InvariantCulture, $"#define HARNESS_OUTPUT_SLOTS {Slots(sources.Outputs, outputOffsets)}\n\n")
            .Append("static inline void harness_invoke_model(const uint8_t *in, uint8_t *out, void *arena) {\n    (void)in;\n");
        Copies(text, sources.Inputs, inputOffsets, (slot, place) => $"__builtin_memcpy({place}, in + {slot}");
        var arguments = Arguments(sources.Inputs, inputOffsets, "const void *", "in")
            .Concat(Arguments(sources.Outputs, outputOffsets, "void *", "out"))
            .Append("arena");
        text.Append(CultureInfo.InvariantCulture, $"    {sources.RunFunction}({string.Join(", ", arguments)});\n");
        Copies(text, sources.Outputs, outputOffsets, (slot, place) => $"__builtin_memcpy(out + {slot}, {place}");
        return text.Append("}\n").ToString();
    }

    private static void Copies(StringBuilder text, ImmutableArray<TensorBuffer> tensors, int[] offsets, Func<string, string, string> call)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].ArenaOffset is { } place)
                text.Append(CultureInfo.InvariantCulture, $"    {call($"{Number(offsets[i])}u", $"(uint8_t *)arena + {Number(place)}u")}, {tensors[i].Bytes}u);\n");
        }
    }

    private static IEnumerable<string> Arguments(ImmutableArray<TensorBuffer> tensors, int[] offsets, string type, string buffer) =>
        tensors.Select((t, i) => t.ArenaOffset is { } place
            ? $"({type})((uint8_t *)arena + {Number(place)}u)"
            : $"({type})({buffer} + {Number(offsets[i])}u)");

    private static string Slots(ImmutableArray<TensorBuffer> tensors, int[] offsets) =>
        "{" + string.Join(", ", tensors.Select((t, i) => $"{{{Number(offsets[i])}u, {Number(t.Bytes)}u}}")) + "}";

    private static int[] Offsets(ImmutableArray<TensorBuffer> tensors, out int total)
    {
        var offsets = new int[tensors.Length];
        total = 0;
        for (var i = 0; i < tensors.Length; i++)
        {
            // The last tensor is not padded, so that whatever guards the buffer's end stands right behind it.
            offsets[i] = (total + Alignment - 1) / Alignment * Alignment;
            total = offsets[i] + tensors[i].Bytes;
        }
        return offsets;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
