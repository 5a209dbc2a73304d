using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.QemuTests.Fuzz;

/// <summary>
/// Where the tensors of one case lie in the joint input and output records of its batch. Its part of the output record also brings home what must
/// not have changed: the gaps around the outputs, the inputs, and the bytes behind the arena.
/// </summary>
internal sealed class BatchLayout
{
    /// <summary>Byte of all gaps and guards.</summary>
    public const byte Guard = 0xC3;

    /// <summary>Bytes guarded behind an arena, and the least gap between tensors.</summary>
    public const int GuardBytes = 32;

    private readonly FuzzCase _case;

    public BatchLayout(CaseLibrary library, int inputStart, int outputStart)
    {
        _case = library.Case;
        InputStart = inputStart;
        OutputStart = outputStart;
        InputOffsets = Place(library.Inputs.Select(i => i.Bytes), inputStart, out var inputEnd);
        InputEnd = inputEnd;
        OutputOffsets = Place(library.Outputs.Select(o => o.Bytes), outputStart + GuardBytes, out var outputsEnd);
        ArenaGuard = outputsEnd;
        InputCopy = ArenaGuard + GuardBytes;
        OutputEnd = InputCopy + (InputEnd - InputStart);
    }

    /// <summary>Start of the case's part of the input record.</summary>
    public int InputStart { get; }

    /// <summary>Offset of each input in the input record.</summary>
    public ImmutableArray<int> InputOffsets { get; }

    /// <summary>End of the case's part of the input record.</summary>
    public int InputEnd { get; }

    /// <summary>Start of the case's part of the output record.</summary>
    public int OutputStart { get; }

    /// <summary>Offset of each output in the output record.</summary>
    public ImmutableArray<int> OutputOffsets { get; }

    /// <summary>Offset in the output record of the bytes behind the arena.</summary>
    public int ArenaGuard { get; }

    /// <summary>Offset in the output record of the inputs after the inference.</summary>
    public int InputCopy { get; }

    /// <summary>End of the case's part of the output record.</summary>
    public int OutputEnd { get; }

    /// <summary>Writes the inputs of an inference into the input record.</summary>
    public void WriteInputs(Span<byte> record, int inference)
    {
        record[InputStart..InputEnd].Fill(Guard);
        for (var i = 0; i < InputOffsets.Length; i++)
            _case.Inputs[inference][i].ToBytes().CopyTo(record[InputOffsets[i]..]);
    }

    /// <summary>Says where an output record differs first from what it must be; null if nowhere.</summary>
    public string? Difference(ReadOnlySpan<byte> outputs, ReadOnlySpan<byte> inputs, int inference)
    {
        var expected = new byte[OutputEnd];
        expected.AsSpan().Fill(Guard);
        for (var i = 0; i < OutputOffsets.Length; i++)
            _case.Outputs[inference][i].ToBytes().CopyTo(expected.AsSpan(OutputOffsets[i]));
        inputs[InputStart..InputEnd].CopyTo(expected.AsSpan(InputCopy));
        var have = outputs[OutputStart..OutputEnd];
        var at = have.CommonPrefixLength(expected.AsSpan(OutputStart));
        return at == have.Length ? null
            : $"inference {inference}: {Describe(OutputStart + at)} is 0x{have[at]:x2} instead of 0x{expected[OutputStart + at]:x2}";
    }

    /// <summary>Index of the output that holds a byte of the output record; -1 if none does.</summary>
    private int OutputAt(int at)
    {
        for (var i = 0; i < OutputOffsets.Length; i++)
        {
            if (at >= OutputOffsets[i] && at < OutputOffsets[i] + Bytes(i))
                return i;
        }
        return -1;
    }

    private int Bytes(int output) => _case.Outputs[0][output].ToBytes().Length;

    private string Describe(int at)
    {
        if (at >= InputCopy)
            return $"byte {at - InputCopy} of the caller's inputs";
        if (at >= ArenaGuard)
            return $"byte {at - ArenaGuard} behind the arena";
        if (OutputAt(at) is >= 0 and var output)
        {
            var value = _case.Graph[_case.Graph.Outputs[output]];
            var node = _case.Graph.Producers().TryGetValue(value.Id, out Node? n) ? n.Name : value.Name;
            return $"byte {at - OutputOffsets[output]} of output {output}, %{value.Id} of '{node}',";
        }
        return $"byte {at - OutputStart - GuardBytes} beside the outputs";
    }

    /// <summary>Places tensors 4 bytes after multiples of 16, the least alignment that callers promise.</summary>
    private static ImmutableArray<int> Place(IEnumerable<int> sizes, int start, out int end)
    {
        var offsets = ImmutableArray.CreateBuilder<int>();
        var at = start;
        foreach (var size in sizes)
        {
            at = Align(at) + 4;
            offsets.Add(at);
            at += size + GuardBytes;
        }
        end = Align(at);
        return offsets.ToImmutable();
    }

    private static int Align(int offset) => (offset + 15) / 16 * 16;
}
