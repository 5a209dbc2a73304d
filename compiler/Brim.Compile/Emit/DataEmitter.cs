using System.Collections.Immutable;
using System.Globalization;
using Brim.Compile.Program;

namespace Brim.Compile.Emit;

/// <summary>Prints the constant arrays: their definitions, and the declarations the model's source includes.</summary>
internal static class DataEmitter
{
    public static string Declarations(LibraryNames names, ImmutableArray<ConstantData> arrays)
    {
        var guard = $"{names.Macro}_DATA_H";
        var w = new CWriter()
            .Line($"/* Constants of {names.Model}; internal to the library. */")
            .Line($"#ifndef {guard}").Line($"#define {guard}").Line()
            .Line("#include <stdint.h>").Line();
        foreach (var a in arrays)
            w.Line($"extern const {a.Element.CName()} {names.Array(a)}[{a.Values.Length.ToString(CultureInfo.InvariantCulture)}];");
        return w.Line().Line("#endif").ToString();
    }

    public static string Definitions(LibraryNames names, ImmutableArray<ConstantData> arrays)
    {
        var w = new CWriter()
            .Line($"/* Constants of {names.Model}, in the layout of the kernels that read them. Generated; do not edit. */")
            .Line($"#include \"{names.Prefix}_data.h\"");
        foreach (var a in arrays)
        {
            w.Line().Line($"/* {a.Role}, {a.Bytes.ToString(CultureInfo.InvariantCulture)} bytes */");
            var align = a.Alignment > a.Element.Bytes() ? $" __attribute__((aligned({a.Alignment.ToString(CultureInfo.InvariantCulture)})))" : "";
            w.Open($"const {a.Element.CName()} {names.Array(a)}[{a.Values.Length.ToString(CultureInfo.InvariantCulture)}]{align} = {{")
                .Items(a.Values.Select(v => Literal(a.Element, v)))
                .Close("};");
        }
        return w.ToString();
    }

    /// <summary>A literal whose C type never needs a narrowing or sign conversion in the initializer.</summary>
    public static string Literal(CElement element, long value) => element switch
    {
        CElement.Int64 => value == long.MinValue ? "(-9223372036854775807LL - 1)" : value.ToString(CultureInfo.InvariantCulture) + "LL",
        CElement.UInt32 => ((uint)value).ToString(CultureInfo.InvariantCulture) + "u",
        CElement.Int32 when value == int.MinValue => "(-2147483647 - 1)",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
