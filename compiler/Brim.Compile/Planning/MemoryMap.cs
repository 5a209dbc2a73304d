using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Brim.Compile.Planning;

/// <summary>The arena: what lies where and when.</summary>
/// <param name="Blocks">Blocks by first step, then offset.</param>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="LowerBoundBytes">No arena for this order of steps is smaller.</param>
/// <param name="CallerBytes">Inputs and outputs that have no place in the arena; memory that the caller needs besides it.</param>
public sealed record MemoryMap(ImmutableArray<MemoryBlock> Blocks, int ArenaBytes, int LowerBoundBytes, int CallerBytes)
{
    /// <summary>Memory for one inference: the arena, and inputs and outputs outside of it. What figures of other tools are compared with.</summary>
    public int TotalBytes => ArenaBytes + CallerBytes;

    /// <summary>Prints a table with a line a block and the totals.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("  offset     end   bytes  steps      kind        name\n");
        foreach (var b in Blocks)
        {
            var steps = string.Create(CultureInfo.InvariantCulture, $"{b.FirstStep}..{b.LastStep}");
            text.Append(CultureInfo.InvariantCulture, $"{b.Offset,8}{b.Offset + b.Bytes,8}{b.Bytes,8}  {steps,-9}  {b.Kind,-10}  {b.Name}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"arena {ArenaBytes} bytes, lower bound {LowerBoundBytes}");
        if (CallerBytes > 0)
            text.Append(CultureInfo.InvariantCulture, $", with the caller's buffers {TotalBytes}");
        return text.Append('\n').ToString();
    }
}
