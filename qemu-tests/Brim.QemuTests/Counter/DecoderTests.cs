using System.Text.RegularExpressions;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Emulation;
using Brim.Testing;

namespace Brim.QemuTests.Counter;

/// <summary>The plugin's decoder against the disassembler (compiled code) and the assembler (rare instructions).</summary>
public partial class DecoderTests
{
    /// <summary>What a mnemonic's class is; the first pattern that fits wins.</summary>
    private static readonly (string Pattern, string Class)[] Classes =
    [
        ("^it[te]{0,3}$", "it"),
        ("^(mla|mls)", "mla"),
        ("^mul", "mul"),
        ("^(smull|umull)", "smull"),
        ("^(smlal|umlal|umaal|smlsld)", "smlal"),
        ("^(smla|smua|smus|smlsd|smul|smm|usad)", "smlad"),
        ("^(sdiv|udiv)", "div"),
        ("^(ldrd|strd|ldm|stm|push|pop|vldm|vstm|vpush|vpop)", "multipleBase"),
        ("^(ldr|lda)", "load"),
        ("^str", "store"),
        ("^(tbb|tbh)", "tableBranch"),
        ("^(le|letp)$", "loopEnd"),
        ("^(dls|dlstp|vctp)", "alu"),
        ("^(wls|wlstp|cbz|cbnz)", "branchNotTaken"),
        ("^(bfc|bfi|bic)", "alu"),
        ("^(bkpt|svc|udf|dmb|dsb|isb|mrs|msr|cpsi)", "system"),
        ("^(bx|blx)", "indirect"),
        ("^bl$", "call"),
        ("^b$", "jump"),
        ("^b[a-z]{2}$", "branchNotTaken"),
        ("^bl[a-z]{2}$", "call"),
        ("^(vdiv|vsqrt).*\\.f", "fpDiv"),
        ("^(vn?ml[as]|vfn?m[as]).*\\.f", "fpMac"),
        ("^vn?mul.*\\.f", "fpAlu"),
        ("^vld[rb24]", "vectorLoad"),
        ("^vst[rb24]", "vectorStore"),
        ("^v(r|q|qd|qrd)?(ml|mul)|^vqr?dml", "vectorMultiply"),
        ("^v.*\\.f32|^v.*\\.f64|^vmrs|^vmsr", "fpAlu"),
        ("^v", "vectorAlu"),
        ("", "alu"),
    ];

    [SkippableTheory]
    [InlineData("-mcpu=cortex-m0 -mthumb")]
    [InlineData("-mcpu=cortex-m3 -mthumb")]
    [InlineData("-mcpu=cortex-m4 -mthumb -mfloat-abi=hard")]
    [InlineData("-mcpu=cortex-m7 -mthumb -mfloat-abi=hard")]
    public void AgreesWithTheDisassemblerOnCompiledCode(string flags)
    {
        ArgumentNullException.ThrowIfNull(flags);
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Run(folder, "arm-none-eabi-gcc", [.. flags.Split(' '), "-print-libgcc-file-name"]).Trim();
        // The unwinder has instructions of coprocessors that no Cortex-M has.
        var code = Disassemble(folder, library).Where(i => !Regex.IsMatch(i.Text, "^(\\.|ldf|stf|ldc|stc|fldm|fstm)")).ToList();
        Assert.True(code.Count > 4000, "the run-time library has several thousand instructions");
        AssertDecoded(folder, code);
    }

    [SkippableFact]
    public void AgreesWithTheAssemblerOnRareInstructions()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var source = Path.Combine(TestData.RepositoryRoot, "qemu-tests", "Brim.QemuTests", "Fixtures", "instructions.S");
        Run(folder, "arm-none-eabi-gcc", ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard", "-c", source, "-o", "rare.o"]);
        // The disassembler does not know all of them; the source's own mnemonics go with the encodings in order.
        var lines = File.ReadLines(source).Select(l => SourceLine().Match(l)).Where(m => m.Success).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).ToList();
        var encodings = Disassemble(folder, "rare.o").Select(i => i.Encoding).Where(e => e.Length > 0).ToList();
        Assert.Equal(lines.Count, encodings.Count);
        AssertDecoded(folder, [.. lines.Select((l, n) => (encodings[n], Mnemonic(l.Item1, l.Item2), $"{l.Item1} {l.Item2}"))]);
    }

    /// <summary>The classes of the cost tables and of the decoder are the same, by name.</summary>
    [Fact]
    public void ClassesAreThoseOfTheTargetFiles()
    {
        var header = File.ReadAllText(Path.Combine(Bench.PluginFolder, "instruction.h"));
        var names = Regex.Matches(header, "X\\(CLASS_\\w+, *\"(\\w+)\"\\)").Select(m => m.Groups[1].Value);
        Assert.Equal(Enum.GetValues<InstructionClass>().Select(TargetFile.CostKey), names);
    }

    private static void AssertDecoded(TestFolder folder, List<(string Encoding, string Mnemonic, string Text)> code)
    {
        var plugin = Bench.PluginFolder;
        Run(folder, "gcc", ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover=all",
            Path.Combine(plugin, "decode_thumb.c"), Path.Combine(plugin, "tests", "decode_main.c"), "-o", "decode"]);
        folder.Write("encodings.txt", string.Join('\n', code.Select(i => i.Encoding)) + "\n");
        var decoded = Run(folder, "sh", ["-c", "./decode < encodings.txt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var instructions = code.Where(i => i.Encoding.Length > 0).ToList();
        Assert.Equal(instructions.Count, decoded.Length);

        var left = 0;
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < decoded.Length; i++)
        {
            var (_, mnemonic, text) = instructions[i];
            var expected = Classes.First(c => Regex.IsMatch(mnemonic, c.Pattern)).Class;
            // In an IT block a branch is conditional, whatever its encoding.
            if (left-- > 0 && expected is "jump" or "indirect" && left >= 0)
                expected = "branchNotTaken";
            if (expected == "it")
                left = mnemonic.Length - 1;
            // MOV and ADD to the program counter are branches; the mnemonic does not say so.
            if (WritesProgramCounter().IsMatch(text))
                expected = "indirect";
            var words = decoded[i].Split(' ');
            if (words[0] != expected || (expected == "multipleBase" && RegistersOf(text) is { } registers && words[1] != registers))
                wrong.Add($"{text}: {decoded[i]}, not {expected}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Instructions of an object or archive; an empty encoding where a function begins.</summary>
    private static IEnumerable<(string Encoding, string Mnemonic, string Text)> Disassemble(TestFolder folder, string file)
    {
        foreach (var line in Run(folder, "arm-none-eabi-objdump", ["-d", file]).Split('\n'))
        {
            var match = DisassemblyLine().Match(line);
            if (match.Success)
                yield return (match.Groups[1].Value.Trim(), Mnemonic(match.Groups[2].Value, match.Groups[3].Value), $"{match.Groups[2].Value} {match.Groups[3].Value}");
            else if (line.EndsWith(">:", StringComparison.Ordinal))
                yield return ("", "", "");
        }
    }

    /// <summary>The mnemonic without width; a float access of one word is a plain access, of two a register list.</summary>
    private static string Mnemonic(string written, string operands)
    {
        var name = written.Replace(".w", "", StringComparison.Ordinal).Replace(".n", "", StringComparison.Ordinal);
        return (name, operands) switch
        {
            ("vldr", ['s', ..]) => "ldr",
            ("vstr", ['s', ..]) => "str",
            ("vldr" or "vstr", ['d', ..]) => "ldrd",
            ("pld" or "pldw" or "pli", _) => "nop",
            (['v', 'm', 'o', 'v', ..], ['r', ..] or ['s', ..] or ['d', ..]) => "vmov.f32",
            _ => name,
        };
    }

    private static string? RegistersOf(string text)
    {
        var list = RegisterList().Match(text);
        if (!list.Success)
            return null;
        var isDouble = list.Groups[1].Value.StartsWith('d');
        var count = list.Groups[1].Value.Split(',').Sum(r => Range().Match(r) is { Success: true } range
            ? int.Parse(range.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) - int.Parse(range.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) + 1
            : 1);
        return (isDouble ? 2 * count : count).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Run(TestFolder folder, string command, string[] arguments)
    {
        var diagnostics = new DiagnosticBag();
        var result = Tool.Run(command, "gcc-arm-none-eabi", arguments, folder.Path, TimeSpan.FromMinutes(1), diagnostics);
        Assert.True(result is { ExitCode: 0 }, Bench.Text(diagnostics) + result?.Output);
        return result!.Output;
    }

    [GeneratedRegex("^ +[0-9a-f]+:\\t([0-9a-f ]+)\\t(\\S*)(?:\\t([^@;]*))?")]
    private static partial Regex DisassemblyLine();

    [GeneratedRegex("^(?:\\d: )?([a-z][a-z0-9.]*) ?(.*)")]
    private static partial Regex SourceLine();

    [GeneratedRegex("^(mov|add)[a-z]*(\\.n)? pc,")]
    private static partial Regex WritesProgramCounter();

    [GeneratedRegex("\\{([^}]*)\\}")]
    private static partial Regex RegisterList();

    [GeneratedRegex("[rsd](\\d+)-[rsd](\\d+)")]
    private static partial Regex Range();
}
