namespace Brim.Compile.Transforms;

/// <summary>How the channels (last dimension) of a node's operands and result belong together.</summary>
internal enum ChannelForm
{
    /// <summary>No relation that is used: every channel is needed.</summary>
    Opaque,

    /// <summary>Convolution of one group or fully connected layer: every result channel is a sum over all operand channels.</summary>
    Mixing,

    /// <summary>Depthwise convolution: result channel c reads operand channel c / multiplier.</summary>
    Depthwise,

    /// <summary>Result channel c reads channel c of every operand that has as many channels.</summary>
    Parallel,

    /// <summary>A reshape whose result index k along the last dimension always holds operand channel k mod C.</summary>
    Flattening,
}
