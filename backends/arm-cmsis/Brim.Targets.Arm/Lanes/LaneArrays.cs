using Brim.Compile.Kernels;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Constant arrays of a lane call.</summary>
/// <param name="Stream">Weights.</param>
/// <param name="Channels">The channel table.</param>
/// <param name="Context">Names further arrays.</param>
internal sealed record LaneArrays(ConstantData Stream, ConstantData Channels, LoweringContext Context)
{
    /// <summary>The field for <see cref="Channels"/>.</summary>
    public CField ChannelField => CField.Of("channel", Channels, "const brim_lanes_channel *");
}
