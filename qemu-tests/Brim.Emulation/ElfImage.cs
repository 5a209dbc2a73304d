using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Brim.Emulation;

/// <summary>Section sizes and symbols of a 32-bit little-endian ELF file (System V ABI, "Object Files").</summary>
public sealed class ElfImage
{
    private const int SectionHeaderBytes = 40;
    private const int SymbolBytes = 16;
    private const uint SectionIsSymbolTable = 2;
    private const int SymbolIsObject = 1;
    private const int SymbolIsFunction = 2;
    private const ushort MachineArm = 40;

    private readonly ImmutableArray<ElfSymbol> _functions;

    private ElfImage(ImmutableSortedDictionary<string, long> sectionSizes, ImmutableArray<ElfSymbol> symbols)
    {
        SectionSizes = sectionSizes;
        Symbols = symbols;
        _functions = [.. symbols.Where(s => s.IsFunction && s.Size > 0).OrderBy(s => s.Address)];
    }

    /// <summary>Bytes of every section by name.</summary>
    public ImmutableSortedDictionary<string, long> SectionSizes { get; }

    /// <summary>Functions and objects, by address and then name.</summary>
    public ImmutableArray<ElfSymbol> Symbols { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is no 32-bit little-endian ELF file, or cut short.</exception>
    public static ElfImage Read(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1];
        if (!file.StartsWith(identification))
            throw new InvalidDataException("not a 32-bit little-endian ELF file");
        try
        {
            return ReadSections(file);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("the ELF file is cut short", e);
        }
    }

    /// <summary>The function at an address, or null.</summary>
    public ElfSymbol? FunctionAt(long address)
    {
        var low = 0;
        var high = _functions.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_functions[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && _functions[low - 1].Contains(address) ? _functions[low - 1] : null;
    }

    /// <summary>The function of a name, or null.</summary>
    public ElfSymbol? Function(string name) => Symbols.FirstOrDefault(s => s.IsFunction && s.Name == name);

    private static ElfImage ReadSections(ReadOnlySpan<byte> file)
    {
        var isArm = U16(file, 18) == MachineArm;
        var table = (int)U32(file, 32);
        var count = U16(file, 48);
        var names = Section(file, table, U16(file, 50));
        var sizes = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var symbols = new List<ElfSymbol>();
        for (var i = 0; i < count; i++)
        {
            var header = file.Slice(table + (i * SectionHeaderBytes), SectionHeaderBytes);
            sizes[Text(names, (int)U32(header, 0))] = U32(header, 20);
            if (U32(header, 4) == SectionIsSymbolTable)
                ReadSymbols(Section(file, table, i), Section(file, table, (int)U32(header, 24)), isArm, symbols);
        }
        var ordered = symbols.OrderBy(s => s.Address).ThenBy(s => s.Name, StringComparer.Ordinal);
        return new ElfImage(sizes.ToImmutable(), [.. ordered]);
    }

    private static void ReadSymbols(ReadOnlySpan<byte> table, ReadOnlySpan<byte> names, bool isArm, List<ElfSymbol> to)
    {
        for (var at = 0; at + SymbolBytes <= table.Length; at += SymbolBytes)
        {
            var entry = table.Slice(at, SymbolBytes);
            var kind = entry[12] & 0xf;
            if (kind is not (SymbolIsObject or SymbolIsFunction))
                continue;
            var isFunction = kind == SymbolIsFunction;
            // Bit 0 of an Arm function's value says that it is Thumb code.
            var address = U32(entry, 4) & (isArm && isFunction ? ~1u : ~0u);
            to.Add(new ElfSymbol(Text(names, (int)U32(entry, 0)), address, U32(entry, 8), isFunction));
        }
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> file, int table, int index)
    {
        var header = file.Slice(table + (index * SectionHeaderBytes), SectionHeaderBytes);
        return file.Slice((int)U32(header, 16), (int)U32(header, 20));
    }

    private static string Text(ReadOnlySpan<byte> names, int offset)
    {
        var rest = names[offset..];
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
