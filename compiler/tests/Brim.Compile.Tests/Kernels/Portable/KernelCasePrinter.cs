using System.Globalization;
using System.Text;
using Brim.Compile.Program;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>
/// Prints a C program that calls the kernel of each case on exact-size heap blocks and compares the result's bytes. Where the call allows
/// its result to overlap an operand, it runs a second time with the greatest overlap allowed.
/// </summary>
internal static class KernelCasePrinter
{
    // Results may need less than this alignment; operands are moved up to it.
    private const int Alignment = 8;

    public static string Print(IReadOnlyList<KernelCase> cases)
    {
        var c = new StringBuilder();
        c.AppendLine("""
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            static const char *running = "";
            static __attribute__((unused)) void trap(const char *text) {
                printf("%s: not true: %s\n", running, text);
                exit(3);
            }
            #define BRIM_TRAP(text) trap(text)
            #define BRIM_KERNEL static __attribute__((unused))
            """);
        foreach (var file in cases.Select(k => k.Call.Kernel.SourceFile).Distinct().Order(StringComparer.Ordinal))
            c.AppendLine(CultureInfo.InvariantCulture, $"#include \"{file}\"");
        c.AppendLine("""
            static int failures = 0;
            static unsigned char *block(size_t size) {
                unsigned char *p = malloc(size);
                if (p == NULL)
                    exit(2);
                memset(p, 0xA5, size);
                return p;
            }
            static unsigned char *copy(const unsigned char *from, size_t size) {
                unsigned char *p = block(size);
                memcpy(p, from, size);
                return p;
            }
            static void check(const char *name, const unsigned char *got, const unsigned char *want, size_t size) {
                for (size_t i = 0; i < size; i++) {
                    if (got[i] != want[i]) {
                        printf("%s: byte %lu of %lu is %d, not %d\n", name, (unsigned long)i, (unsigned long)size, got[i], want[i]);
                        failures++;
                        return;
                    }
                }
            }
            """);
        for (var i = 0; i < cases.Count; i++)
            PrintCase(c, cases[i], i);
        c.AppendLine("int main(void) {");
        for (var i = 0; i < cases.Count; i++)
            c.AppendLine(CultureInfo.InvariantCulture, $"    running = \"{cases[i].Name}\";\n    case_{i}();");
        c.AppendLine(CultureInfo.InvariantCulture, $"    printf(\"{cases.Count} cases, %d failures\\n\", failures);\n    return failures == 0 ? 0 : 1;\n}}");
        return c.ToString();
    }

    private static void PrintCase(StringBuilder c, KernelCase k, int index)
    {
        c.AppendLine(CultureInfo.InvariantCulture, $"static void case_{index}(void) {{");
        var want = k.Expected.ToBytes();
        PrintBytes(c, "want", want);
        foreach (var id in k.Graph.Inputs)
            PrintBytes(c, $"in{id}", Bytes(k, id));
        var arguments = k.Call.Arguments.Select((a, i) => Argument(c, k, a, i)).ToList();
        var inPlace = k.Call.InPlaceInput < 0 ? -1 : k.Node.Inputs[k.Call.InPlaceInput];
        PrintRun(c, k, arguments, want.Length, -1);
        if (inPlace >= 0 && k.Node.Inputs.Count(id => id == inPlace) == 1)
            PrintRun(c, k, arguments, want.Length, inPlace);
        c.AppendLine("}");
    }

    private static void PrintRun(StringBuilder c, KernelCase k, IReadOnlyList<string> arguments, int resultBytes, int inPlace)
    {
        var lead = (k.Call.LeadBytes + Alignment - 1) / Alignment * Alignment;
        var size = inPlace < 0 ? resultBytes : Math.Max(resultBytes, lead + Bytes(k, inPlace).Length);
        c.AppendLine("    {");
        c.AppendLine(CultureInfo.InvariantCulture, $"        unsigned char *y = block({size});");
        foreach (var id in k.Graph.Inputs)
        {
            c.AppendLine(id == inPlace
                ? string.Create(CultureInfo.InvariantCulture, $"        unsigned char *x{id} = y + {lead};\n        memcpy(x{id}, in{id}, sizeof in{id});")
                : string.Create(CultureInfo.InvariantCulture, $"        unsigned char *x{id} = copy(in{id}, sizeof in{id});"));
        }
        c.AppendLine(CultureInfo.InvariantCulture, $"        {k.Call.Kernel.Function}({string.Join(", ", arguments)});");
        c.AppendLine(CultureInfo.InvariantCulture, $"        check(\"{k.Name}{(inPlace < 0 ? "" : " overlapping")}\", y, want, {resultBytes});");
        foreach (var id in k.Graph.Inputs.Where(id => id != inPlace))
            c.AppendLine(CultureInfo.InvariantCulture, $"        free(x{id});");
        c.AppendLine("        free(y);\n    }");
    }

    private static byte[] Bytes(KernelCase k, int id) => k.Operands[k.Node.Inputs.IndexOf(id)]!.ToBytes();

    // Prints what the argument needs and returns its expression.
    private static string Argument(StringBuilder c, KernelCase k, KernelArgument argument, int index)
    {
        switch (argument)
        {
            case KernelArgument.Activation a when a.ValueId == k.Node.Output:
                return $"({a.Element.CName()} *)y";
            case KernelArgument.Activation a:
                return string.Create(CultureInfo.InvariantCulture, $"(const {a.Element.CName()} *)x{a.ValueId}");
            case KernelArgument.Constant { Data: null }:
                return "NULL";
            case KernelArgument.Constant { Data: { } data }:
                PrintArray(c, data);
                return data.Name;
            case KernelArgument.Integer i:
                return i.Value.ToString(CultureInfo.InvariantCulture);
            case KernelArgument.Parameters p:
                foreach (var array in Arrays(p.Value))
                    PrintArray(c, array);
                c.AppendLine(CultureInfo.InvariantCulture, $"    static const {p.Value.TypeName} p{index} = {Initializer(p.Value)};");
                return string.Create(CultureInfo.InvariantCulture, $"&p{index}");
            default:
                throw new InvalidOperationException($"portable kernels take no {argument}");
        }
    }

    private static IEnumerable<ConstantData> Arrays(CStruct value) => value.Fields.SelectMany(
        f => f.Array is { } array ? [array] : f.Structure is { } nested ? Arrays(nested) : []);

    private static string Initializer(CStruct value) => "{" + string.Join(", ", value.Fields.Select(
        f => $".{f.Name} = {(f.Array is { } array ? array.Name : f.Structure is { } nested ? Initializer(nested) : Literal(f.Integer, false))}")) + "}";

    private static void PrintArray(StringBuilder c, ConstantData data) => c.AppendLine(CultureInfo.InvariantCulture,
        $"    static const {data.Element.CName()} {data.Name}[{data.Values.Length}] = {{{string.Join(",", data.Values.Select(v => Literal(v, data.Element == CElement.Int64)))}}};");

    private static string Literal(long value, bool wide) => value == int.MinValue && !wide
        ? "(-2147483647 - 1)"
        : value.ToString(CultureInfo.InvariantCulture) + (wide ? "LL" : "");

    // Octal escapes have a fixed length, unlike hexadecimal ones.
    private static void PrintBytes(StringBuilder c, string name, byte[] bytes) => c.AppendLine(CultureInfo.InvariantCulture,
        $"    static const unsigned char {name}[{bytes.Length}] = \"{string.Concat(bytes.Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')))}\";");
}
