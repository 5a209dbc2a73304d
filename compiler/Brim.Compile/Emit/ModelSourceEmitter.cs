using System.Globalization;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Emit;

/// <summary>
/// Prints the model's translation unit: kernels included with internal linkage, one function a layer with its parameters as
/// <c>static const</c> structures, and the run function. It prints calls and constants only, never arithmetic.
/// </summary>
internal sealed class ModelSourceEmitter(LibraryNames names, KernelProgram program)
{
    public string Emit()
    {
        var w = new CWriter()
            .Line($"/* {names.Model}: layers and run function. Generated; do not edit. */")
            .Line($"#include \"{names.HeaderFile}\"")
            .Line($"#include \"{names.Prefix}_data.h\"").Line()
            .Line("/* Kernels become static functions of this file, so that unused code and constant parameters vanish. */")
            .Line("#define BRIM_KERNEL static __attribute__((unused))")
            .Line("#define BRIM_LAYER_KERNEL static inline __attribute__((always_inline, unused))")
            .Line("/* A header declares more kernels than the model has; the attribute above does not speak of mere declarations.")
            .Line(" * No pop: GCC asks for the setting at the end of the file. */")
            .Line("#pragma GCC diagnostic ignored \"-Wunused-function\"");
        foreach (var file in program.Steps.Select(s => s.Call.Kernel.SourceFile).Distinct().Order(StringComparer.Ordinal))
            w.Line($"#include \"{KernelSources.LibraryPath(file)}\"");
        w.Line()
            .Line("/* A layer keeps a function of its own: profilers and the emulator attribute work to it by symbol. */")
            .Line("#if defined(__GNUC__) && !defined(__clang__)")
            .Line("#define BRIM_LAYER static __attribute__((noinline, noclone, no_icf))")
            .Line("#else")
            .Line("#define BRIM_LAYER static __attribute__((noinline))")
            .Line("#endif");
        for (var i = 0; i < program.Steps.Length; i++)
            EmitLayer(w, i);
        EmitRun(w);
        return w.ToString();
    }

    private void EmitLayer(CWriter w, int index)
    {
        var step = program.Steps[index];
        var stepName = LibraryNames.StepName(index, step.Node.Op.Mnemonic);
        w.Line().Line($"/* {CommentText(step.Node.Name)}: {ShapeText(step.Node)} */");
        w.Line($"BRIM_LAYER void {names.LayerFunction(stepName)}({string.Join(", ", LayerParameters(step))})").Open("{");
        var arguments = new List<string>();
        foreach (var argument in step.Call.Arguments)
            arguments.Add(PrintArgument(w, step, argument));
        w.Line($"{step.Call.Kernel.Function}({string.Join(", ", arguments)});");
        w.Close();
    }

    private string PrintArgument(CWriter w, KernelStep step, KernelArgument argument)
    {
        switch (argument)
        {
            case KernelArgument.Activation a:
                return Pointer(a);
            case KernelArgument.Scratch:
                return step.Call.ScratchBytes == 0 ? "0" : ArenaPointer("void", step.ScratchOffset);
            case KernelArgument.Constant c:
                return c.Data is null ? "0" : names.Array(c.Data);
            case KernelArgument.Integer i:
                return i.Value.ToString(CultureInfo.InvariantCulture);
            case KernelArgument.Parameters p:
                w.Open($"static const {p.Value.TypeName} params = {{");
                PrintFields(w, p.Value);
                w.Close("};");
                return "&params";
            default:
                throw new InvalidOperationException($"unknown argument {argument}");
        }
    }

    private void PrintFields(CWriter w, CStruct value)
    {
        foreach (var field in value.Fields)
        {
            if (field.Structure is { } nested)
            {
                w.Open($".{field.Name} = {{");
                PrintFields(w, nested);
                w.Close("},");
            }
            else
            {
                var text = field.Array is { } array ? (field.PointerType is { } type ? $"({type})" : "") + names.Array(array) : DataEmitter.Literal(CElement.Int32, field.Integer);
                w.Line($".{field.Name} = {text},");
            }
        }
    }

    private string Pointer(KernelArgument.Activation a)
    {
        if (program.Graph[a.ValueId].IsConstant)
            throw new InvalidOperationException("constant operands are passed as constant arrays");
        var external = CallerPointer(a.ValueId);
        if (external is null)
            return ArenaPointer(a.Element.CName(), program.Offsets[program.StorageOf(a.ValueId)]);
        var storage = program.StorageOf(a.ValueId);
        if (CTypes.PublicName(program.Graph.TypeOf(storage).Element) == a.Element.CName())
            return external;
        var qualifier = program.Graph.Inputs.Contains(storage) ? "const " : "";
        return $"({qualifier}{a.Element.CName()} *){external}";
    }

    private static string ArenaPointer(string type, int offset) =>
        $"({type} *)(arena + {offset.ToString(CultureInfo.InvariantCulture)})";

    private string? CallerPointer(int valueId)
    {
        var storage = program.StorageOf(valueId);
        var input = program.Graph.Inputs.IndexOf(storage);
        if (input >= 0)
            return HeaderEmitter.ParameterName("in", input, program.Graph.Inputs.Length);
        var output = program.Graph.Outputs.IndexOf(storage);
        return output >= 0 ? HeaderEmitter.ParameterName("out", output, program.Graph.Outputs.Length) : null;
    }

    /// <summary>A layer takes only the pointers it uses, so that no parameter is unused.</summary>
    private IEnumerable<string> LayerParameters(KernelStep step)
    {
        var parameters = UsedParameters(step).ToList();
        return parameters.Count == 0 ? ["void"] : parameters.Select(p => p.Declaration);
    }

    private IEnumerable<(string Name, string Declaration)> UsedParameters(KernelStep step)
    {
        var ids = step.Call.Arguments.OfType<KernelArgument.Activation>().Select(a => program.StorageOf(a.ValueId)).ToHashSet();
        foreach (var (name, declaration, id) in HeaderEmitter.RunParameters(program.Graph))
        {
            if (ids.Contains(id))
                yield return (name, declaration);
        }
        var usesScratch = step.Call.ScratchBytes > 0 && step.Call.Arguments.Any(a => a is KernelArgument.Scratch);
        if (usesScratch || ids.Any(id => CallerPointer(id) is null))
            yield return ("arena", "unsigned char *arena");
    }

    private void EmitRun(CWriter w)
    {
        w.Line().Line(HeaderEmitter.RunSignature(names, program.Graph)).Open("{");
        var steps = program.Steps.Select((s, i) => (Step: s, Used: UsedParameters(s).Select(p => p.Name).ToList(), Index: i)).ToList();
        w.Line(steps.Any(s => s.Used.Contains("arena")) ? "unsigned char *const base = arena;" : "(void)arena;");
        foreach (var (step, used, index) in steps)
        {
            var arguments = used.Select(u => u == "arena" ? "base" : u);
            w.Line($"{names.LayerFunction(LibraryNames.StepName(index, step.Node.Op.Mnemonic))}({string.Join(", ", arguments)});");
        }
        w.Close();
    }

    private string ShapeText(Node node)
    {
        var inputs = node.Inputs.Where(i => i != Value.None && !program.Graph[i].IsConstant).Select(i => Print(program.Graph.TypeOf(i)));
        return $"{node.Op.Mnemonic} {string.Join(", ", inputs)} -> {string.Join(", ", node.Outputs.Select(o => Print(program.Graph.TypeOf(o))))}";
        static string Print(TensorType t) => $"{t.Element}[{t.Shape}]";
    }

    /// <summary>Model files may name a node anything; a comment must not end early or continue a line.</summary>
    private static string CommentText(string name) =>
        new string([.. name.Select(c => c is >= ' ' and <= '~' and not '\\' ? c : '?')]).Replace("*/", "* /", StringComparison.Ordinal)
            .Replace("/*", "/ *", StringComparison.Ordinal);
}
