namespace Brim.Compile.Accumulators;

/// <summary>What the fields of a packed weight operand differ in.</summary>
public enum PackedAxis
{
    /// <summary>Output channels: every lane is a dot product of its own.</summary>
    Channels,

    /// <summary>Taps of one filter row: lanes are neighbouring outputs, and sums of one output are spread over operands.</summary>
    Taps,
}
