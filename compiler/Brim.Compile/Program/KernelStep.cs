using Brim.Core.IR;

namespace Brim.Compile.Program;

/// <summary>One step of a program: the node it computes, the call that does it, and where its scratch lies.</summary>
/// <param name="Node">The node; its operator is the meaning that the call must reproduce bit for bit.</param>
/// <param name="Call">The call.</param>
/// <param name="ScratchOffset">Arena offset of the scratch bytes, a multiple of 4 (0 if there are none).</param>
public sealed record KernelStep(Node Node, KernelCall Call, int ScratchOffset);
