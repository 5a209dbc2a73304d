using System.Buffers.Binary;
using Brim.Core.Diagnostics;
using Brim.Import.TfLite.Wire;
using Brim.Testing.TfLite;

namespace Brim.Import.Tests.TfLite.Wire;

/// <summary>The wire format reader: what it reads, and that nothing leads it out of the file.</summary>
public sealed class FlatBufferTests
{
    private readonly DiagnosticBag _diagnostics = new();

    private FlatBufferSource Source(byte[] bytes) => new(bytes, "file", _diagnostics);

    private static byte[] Sample()
    {
        var b = new FlatBufferBuilder();
        var child = b.Table(FlatField.Int32(0, 42));
        var root = b.Table(
            FlatField.UInt8(0, 200),
            FlatField.Int32(1, -5),
            FlatField.Single(2, 1.5f),
            FlatField.UInt64(3, ulong.MaxValue),
            FlatField.Offset(4, child),
            FlatField.Offset(5, b.String("caf\u00e9\n")),
            FlatField.Offset(6, b.Int32s([1, -2])),
            FlatField.Offset(7, b.Int64s([long.MinValue])),
            FlatField.Offset(8, b.Singles([0.5f])),
            FlatField.Offset(9, b.Tables([child, child])),
            FlatField.Offset(10, b.Vector([7, 8, 9], 1, 16)),
            FlatField.Bool(12, true));
        return b.Finish(root, "TEST");
    }

    [Fact]
    public void ReadsEveryKindOfField()
    {
        var root = Source(Sample()).Root();
        Assert.Equal(200, root.UInt8(0));
        Assert.Equal(-56, root.Int8(0));
        Assert.Equal(-5, root.Int32(1));
        Assert.Equal(1.5f, root.Single(2));
        Assert.Equal(ulong.MaxValue, root.UInt64(3));
        Assert.Equal(42, root.Table(4, "child").Int32(0));
        Assert.Equal("caf\u00e9?", root.Text(5, "text"));
        Assert.Equal([1, -2], root.Int32s(6, "integers")!);
        Assert.Equal([long.MinValue], root.Int64s(7, "integers")!);
        Assert.Equal([0.5f], root.Singles(8, "floats")!);
        var tables = root.Tables(9, "tables");
        Assert.Equal(2, tables.Count);
        Assert.Equal(42, tables[1].Int32(0));
        Assert.Equal([7, 8, 9], root.Bytes(10, "bytes").ToArray());
        Assert.True(root.Bool(12));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void AbsentFieldsReadAsDefaults()
    {
        var root = Source(Sample()).Root();
        Assert.False(root.Has(11));
        Assert.Equal(9, root.Int32(11, 9));
        Assert.Equal(9, root.UInt8(500, 9));
        Assert.False(root.Table(11, "child").IsPresent);
        Assert.Null(root.Int32s(11, "integers"));
        Assert.Equal(0, root.Tables(11, "tables").Count);
        Assert.True(root.Bytes(11, "bytes").IsEmpty);
        Assert.Equal("", root.Text(11, "text"));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void UnalignedFilesAreRead()
    {
        // The whole table moved by one byte: only the root offset knows.
        var sample = Sample();
        var moved = new byte[sample.Length + 1];
        sample.CopyTo(moved, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(moved, BinaryPrimitives.ReadUInt32LittleEndian(sample) + 1);
        Assert.Equal([1, -2], Source(moved).Root().Int32s(6, "integers")!);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void EveryTruncationIsSafe()
    {
        var sample = Sample();
        for (var length = 0; length < sample.Length; length++)
        {
            var diagnostics = new DiagnosticBag();
            var source = new FlatBufferSource(sample.AsMemory(0, length), "file", diagnostics);
            ReadAll(source.Root());
            Assert.Equal(source.IsMalformed, diagnostics.HasErrors);
            Assert.All(diagnostics.Items, d => Assert.Equal("BRIM1002", d.Descriptor.Code));
        }
    }

    [Fact]
    public void EveryWordReplacedByEveryExtremeIsSafe()
    {
        var sample = Sample();
        uint[] values = [0, 1, 2, 3, 4, (uint)sample.Length - 4, (uint)sample.Length, int.MaxValue, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF, 0x40000000, 0x20000001];
        for (var at = 0; at + 4 <= sample.Length; at++)
        {
            foreach (var value in values)
            {
                var damaged = (byte[])sample.Clone();
                BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at), value);
                ReadAll(new FlatBufferSource(damaged, "file", new DiagnosticBag()).Root());
            }
        }
    }

    [Theory]
    [InlineData(0u, "leads to byte 0")]
    [InlineData(0xFFFFFFFFu, "leads to byte 4294967295")]
    [InlineData(5u, "vtable")]
    public void BadRootOffsetsAreReported(uint offset, string expected)
    {
        byte[] file = [.. BitConverter.GetBytes(offset), 1, 0, 0, 0, 255, 255, 255];
        var source = Source(file);
        Assert.False(source.Root().IsPresent);
        Assert.True(source.IsMalformed);
        Assert.Contains(expected, Assert.Single(_diagnostics.Items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldBeyondItsTableIsReportedAndAbsent()
    {
        // Root offset 12; vtable of 6 bytes at 4: table of 4 bytes, field 0 at 4; table at 12.
        byte[] file = [12, 0, 0, 0, 6, 0, 4, 0, 4, 0, 0, 0, 8, 0, 0, 0, 99, 99, 99, 99];
        Assert.Equal(-1, Source(file).Root().Int32(0, -1));
        Assert.Contains("field 0", Assert.Single(_diagnostics.Items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VectorLongerThanTheFileIsReportedWithoutAllocating()
    {
        byte[] file = [12, 0, 0, 0, 6, 0, 8, 0, 4, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 255, 255, 255, 127];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Source(file).Root().Int32s(0, "integers"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 16);
        Assert.Contains("2147483647 elements", Assert.Single(_diagnostics.Items).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SharedVectorsCannotMultiplyTheWork()
    {
        // 2,000 references to one vector of 20,000 integers: 160 MB from a file of 90 KB.
        var b = new FlatBufferBuilder();
        var vector = b.Int32s(new int[20000]);
        var child = b.Table(FlatField.Offset(0, vector));
        var source = Source(b.Finish(b.Table(FlatField.Offset(0, b.Tables([.. Enumerable.Repeat(child, 2000)]))), "TEST"));
        var tables = source.Root().Tables(0, "children");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < tables.Count; i++)
            tables[i].Int32s(0, "integers");
        Assert.True(source.IsMalformed);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16L * 4 * source.Length * 2);
        Assert.Contains(_diagnostics.Items, d => d.Message.Contains("share", StringComparison.Ordinal));
    }

    [Fact]
    public void ReportsAreLimited()
    {
        var source = Source(new byte[8]);
        for (var i = 0; i < 1000; i++)
            source.Report(i, "damage");
        Assert.Equal(17, _diagnostics.Items.Count);
    }

    private static void ReadAll(FlatTable root)
    {
        for (var field = 0; field < 14; field++)
        {
            root.UInt8(field);
            root.Int32(field);
            root.UInt64(field);
            root.Single(field);
            root.Int32s(field, "vector");
            root.Int64s(field, "vector");
            root.Singles(field, "vector");
            root.Bytes(field, "vector");
            root.Text(field, "text");
            root.Table(field, "table").Int32(0);
            var tables = root.Tables(field, "tables");
            for (var i = 0; i < Math.Min(tables.Count, 10); i++)
                tables[i].Table(0, "grandchild").Int32(0);
        }
    }
}
