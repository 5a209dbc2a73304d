namespace Brim.Compile.Planning;

/// <summary>
/// Permission for a result to overwrite an operand that dies while the result is written: the result may share memory with the
/// operand if it starts at least <paramref name="LeadBytes"/> before it. Without a permission two live buffers are disjoint.
/// </summary>
/// <param name="Result">Buffer written from the operand's last step on.</param>
/// <param name="Operand">Buffer that is read last by the step that writes the result.</param>
/// <param name="LeadBytes">Smallest distance from the result's start up to the operand's start, at least 0; see <see cref="ForwardOverlap"/>.</param>
public sealed record BufferOverlap(int Result, int Operand, long LeadBytes);
