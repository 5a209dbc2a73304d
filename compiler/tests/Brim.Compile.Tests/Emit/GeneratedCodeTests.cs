using Brim.Compile.Emit;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import;
using Brim.Testing;

namespace Brim.Compile.Tests.Emit;

/// <summary>What every generated library promises to the firmware that takes it in.</summary>
public class GeneratedCodeTests
{
    private static readonly string[] Random = ["random 3", "random 4 int16", "random 5"];

    // What a freestanding compiler may call, and Arm's run-time library (RTABI 4); nothing that allocates.
    private static readonly string[] AllowedImports = ["memcpy", "memset", "memmove", "memcmp", "_GLOBAL_OFFSET_TABLE_"];

    public static TheoryData<string, string> CompilersAndModels
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var compiler in new[] { "gcc", "clang-19", "cortex-m0", "cortex-m3", "cortex-m4" })
            {
                foreach (var model in Random.Prepend("example"))
                    data.Add(compiler, model);
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(CompilersAndModels))]
    public void Sources_have_no_warnings_no_state_and_no_heap(string compiler, string model)
    {
        var isArm = compiler.StartsWith("cortex", StringComparison.Ordinal);
        var backend = isArm ? EmittedLibrary.Arm(compiler) : EmittedLibrary.Host;
        var (command, tools) = isArm ? (backend.Target.Compiler!.Command, "arm-none-eabi-") : (compiler, "");
        using var library = new EmittedLibrary(Model(model), backend);
        string[] machine = isArm ? [.. backend.Target.Compiler!.MachineFlags] : ["-fno-pic"];
        foreach (var file in library.Compile(command, [.. HostC.Warnings, .. machine, "-ffreestanding", "-O2"]))
        {
            var (exit, symbols) = HostC.Run(tools + "nm", [file]);
            Assert.Equal(0, exit);
            foreach (var line in symbols.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                AssertSymbol(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), library.Library.Names.Prefix + "_");
        }
    }

    [SkippableTheory]
    [InlineData("example")]
    [InlineData("random 3")]
    [InlineData("random 4 int16")]
    public void The_self_test_passes_and_can_fail(string model)
    {
        var graph = Model(model);
        var vectors = SelfTestVectors.Make(graph, 2, 7);
        using (var right = new EmittedLibrary(graph, EmittedLibrary.Host, vectors))
            Assert.Equal(0, right.RunSelfTest());
        vectors.Outputs[1][0][^1] ^= 1;
        using var wrong = new EmittedLibrary(graph, EmittedLibrary.Host, vectors);
        Assert.Equal(1, wrong.RunSelfTest());
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var (first, second) = (Files("random 3"), Files("random 3"));
        Assert.Equal(first, second);
        Assert.NotEqual(first, Files("random 5"));
    }

    [SkippableFact]
    public void Several_inputs_and_outputs_keep_their_order()
    {
        var sketch = new Transforms.GraphSketch();
        var type = Transforms.GraphSketch.Int8([1, 3, 3, 2]);
        var other = type with { Quant = QuantParams.PerTensor(0.3, 9) };
        var (a, b) = (sketch.Input(type), sketch.Editor.AddInput("y", other));
        var difference = sketch.Node(new Sub(Activation.None), type, a, b);
        var flat = sketch.Node(new Reshape([18]), other with { Shape = [18] }, b);
        using var library = new EmittedLibrary(sketch.Output(flat, difference), EmittedLibrary.Host);
        Assert.Equal(0, library.RunSelfTest());
        var header = library.Library.Files.Single(f => f.Path == "include/brim_sketch.h").Content;
        Assert.Contains("void brim_sketch_run(const int8_t *in0, const int8_t *in1, int8_t *out0, int8_t *out1, void *arena);", header, StringComparison.Ordinal);
    }

    /// <summary>Models whose outputs no operator computes, or that give a value out twice.</summary>
    [SkippableTheory]
    [InlineData("input")]
    [InlineData("constant")]
    [InlineData("twice")]
    [InlineData("only the input")]
    public void Outputs_may_be_inputs_constants_or_repeated(string kind)
    {
        var sketch = new Transforms.GraphSketch();
        var type = Transforms.GraphSketch.Int8([1, 6]);
        var x = sketch.Input(type);
        var y = sketch.Node(new LeakyRelu(0.3), type, x);
        var extra = kind switch
        {
            "input" => x,
            "constant" => sketch.Editor.AddConstant("c", Tensor.FromCodes(type, [1, -2, 3, -4, 5, -6])),
            _ => y,
        };
        using var library = new EmittedLibrary(kind == "only the input" ? sketch.Output(x, x) : sketch.Output(y, extra), EmittedLibrary.Host);
        Assert.Equal(0, library.RunSelfTest());
    }

    [SkippableTheory]
    [InlineData("int.tflite", "int")]
    [InlineData("9 lives.tflite", "*/ int x = 1; /*")]
    [InlineData("\u043c\u043e\u0434\u0435\u043b\u044c.tflite", "\u7db2 \u00fc \"quoted\" \\")]
    [InlineData("a\"b*_.tflite", "ends with ??/")]
    [InlineData("__.tflite", "line\n#error and\r\u2028 more \\")]
    [InlineData("run.tflite", "/* // */ %s %d ??)")]
    public void Any_name_compiles(string file, string layer)
    {
        var editor = new GraphEditor(ModelName.FromFileName(file)) { Phase = GraphPhase.Quantized };
        var type = Transforms.GraphSketch.Int8([1, 6]);
        var x = editor.AddInput(layer, type);
        editor.AddOutput(editor.AddNode(new LeakyRelu(0.3), [x], type, layer, SourceLocation.Generated));
        using var library = new EmittedLibrary(editor.ToGraph(), EmittedLibrary.Host);
        Assert.Equal(0, library.RunSelfTest());
        library.Compile("gcc", [.. HostC.Warnings]);
    }

    [SkippableTheory]
    [InlineData("c++98")]
    [InlineData("c++20")]
    public void The_header_is_cpp_too(string standard)
    {
        using var library = new EmittedLibrary(Model("random 4 int16"), EmittedLibrary.Host);
        var file = library.Write("user.cpp", $"#include \"{library.Library.Names.HeaderFile}\"\nunsigned size() {{ return {library.Library.Names.Macro}_ARENA_BYTES; }}\n");
        library.Check("g++", file, "-std=" + standard, "-Wall", "-Wextra", "-Wold-style-cast", "-Werror");
    }

    private static void AssertSymbol(string[] fields, string prefix)
    {
        var (kind, name) = (fields[^2], fields[^1]);
        Assert.True("UTtRrNn".Contains(kind, StringComparison.Ordinal) || name[0] == '$', $"{name} is a symbol of kind {kind}");
        if (kind == "U")
            Assert.True(AllowedImports.Contains(name) || name.StartsWith("__", StringComparison.Ordinal) || name.StartsWith(prefix, StringComparison.Ordinal), $"{name} is imported");
        else if (char.IsAsciiLetterUpper(kind[0]))
            Assert.StartsWith(prefix, name, StringComparison.Ordinal);
    }

    private static string Files(string model) =>
        string.Concat(EmittedLibrary.Emit(Model(model), EmittedLibrary.Host, SelfTestVectors.Make(Model(model), 2, 1)).Files.Select(f => f.Path + "\n" + f.Content));

    private static Graph Model(string name)
    {
        var words = name.Split(' ');
        return words[0] == "example" ? EmittedLibrary.Example()
            : RandomGraphs.Create(int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture),
                new RandomGraphOptions { Activation = words.Length > 2 ? ElementType.Int16 : ElementType.Int8 });
    }
}
