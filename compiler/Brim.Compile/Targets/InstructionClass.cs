namespace Brim.Compile.Targets;

/// <summary>
/// Instruction classes with a cost of their own. A target file's <c>costs</c> section has one key for each, in camel case. The emulator's
/// counter decodes real instructions to the same classes (qemu-tests/plugin/instruction.h), so cost models and measurements share one table.
/// </summary>
public enum InstructionClass
{
    /// <summary>Data processing, moves, shifts, extension, saturation, packed addition.</summary>
    Alu,

    /// <summary>IT (Thumb): makes up to four instructions conditional.</summary>
    It,

    /// <summary>32 x 32 to 32 bits.</summary>
    Mul,

    /// <summary>32 x 32 + 32 to 32 bits.</summary>
    Mla,

    /// <summary>Multiplications of the DSP extension with a 32-bit result: SMLAD, SMUAD, SMLAxy, SMLAWy, SMMLA.</summary>
    Smlad,

    /// <summary>32 x 32 to 64 bits, signed and unsigned.</summary>
    Smull,

    /// <summary>32 x 32 + 64 to 64 bits, and the DSP extension's multiplications with a 64-bit accumulator.</summary>
    Smlal,

    /// <summary>Division. Its time depends on the data on most cores: the table has one representative value.</summary>
    Div,

    /// <summary>Load of up to one word.</summary>
    Load,

    /// <summary>Load directly behind a single load or store whose result it does not use as address.</summary>
    LoadPipelined,

    /// <summary>Store of up to one word.</summary>
    Store,

    /// <summary>Transfer of several registers (LDM, STM, PUSH, POP, LDRD, STRD): fixed part.</summary>
    MultipleBase,

    /// <summary>Transfer of several registers: part for each register.</summary>
    MultiplePerRegister,

    /// <summary>Added where a load or a transfer of several registers writes the program counter.</summary>
    LoadPcExtra,

    /// <summary>Conditional branch that is taken.</summary>
    BranchTaken,

    /// <summary>Conditional branch that is not taken.</summary>
    BranchNotTaken,

    /// <summary>Unconditional direct branch.</summary>
    Jump,

    /// <summary>Direct call.</summary>
    Call,

    /// <summary>Branch or call to an address in a register, return included.</summary>
    Indirect,

    /// <summary>Branch through a table in memory.</summary>
    TableBranch,

    /// <summary>Loop end of a low-overhead loop (ARMv8.1-M LE).</summary>
    LoopEnd,

    /// <summary>Barriers, special registers, breakpoints.</summary>
    System,

    /// <summary>Floating point: moves, conversions, comparison, addition, multiplication.</summary>
    FpAlu,

    /// <summary>Floating-point multiplication with accumulation.</summary>
    FpMac,

    /// <summary>Floating-point division and square root.</summary>
    FpDiv,

    /// <summary>Vector load.</summary>
    VectorLoad,

    /// <summary>Vector store.</summary>
    VectorStore,

    /// <summary>Vector multiplication, with or without accumulation across the vector.</summary>
    VectorMultiply,

    /// <summary>Other vector instructions.</summary>
    VectorAlu,
}
