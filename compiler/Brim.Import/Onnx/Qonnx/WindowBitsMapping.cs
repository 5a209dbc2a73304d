using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// WindowBits, an operator of our own, because neither ONNX nor QONNX can state windows of bits: y = scale * w(x / scale), where w keeps <c>bits</c> bits at the lowest of
/// <c>places</c> that holds the leading one, rounds the bits below half to even (<c>rounding</c> = ROUND) or drops them (FLOOR), and saturates. With <c>axis</c>, values 2c and 2c + 1
/// along it are pairs, and a value whose partner is 0 takes the window <c>alone_bits</c>, <c>alone_places</c>, <c>alone_rounding</c>, or all its bits if these are absent. x must be quantized.
/// </summary>
internal sealed class WindowBitsMapping() : NodeMapping(OperatorName, [BitsName, PlacesName, RoundingName, AxisName, AloneBitsName, AlonePlacesName, AloneRoundingName], OperatorSet.Brim)
{
    /// <summary>Domain of our operators.</summary>
    public const string Domain = "brim";

    /// <summary>Operator type.</summary>
    public const string OperatorName = "WindowBits";

    /// <summary>Attribute: width.</summary>
    public const string BitsName = "bits";

    /// <summary>Attribute: allowed places of the lowest bit, ascending.</summary>
    public const string PlacesName = "places";

    /// <summary>Attribute: ROUND or FLOOR.</summary>
    public const string RoundingName = "rounding";

    /// <summary>Attribute: dimension along which values are paired; absent without pairs.</summary>
    public const string AxisName = "axis";

    /// <summary>Attribute: width of a value whose partner is 0.</summary>
    public const string AloneBitsName = "alone_bits";

    /// <summary>Attribute: places of a value whose partner is 0.</summary>
    public const string AlonePlacesName = "alone_places";

    /// <summary>Attribute: rounding of a value whose partner is 0.</summary>
    public const string AloneRoundingName = "alone_rounding";

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 2) || !context.IsFloat(context.Input(0)) || context.ConstantFloats(1, "scale") is null)
            return;
        var x = context.Input(0);
        if (x.IsConstant)
            context.UnsupportedOption("the operand is a constant");
        if (x.IsConstant || Window(context, BitsName, PlacesName, RoundingName) is not { } window)
            return;
        if (!context.Has(AxisName))
        {
            context.Set(context.Add(new WindowBits(window), x.Id), x.Shape, x.Order, x.Image);
            return;
        }
        BitWindow? alone = null;
        if (context.Axis(context.Int(AxisName, -1), x.Shape.Rank) is not { } axis
            || (context.Has(AloneBitsName) && (alone = Window(context, AloneBitsName, AlonePlacesName, AloneRoundingName)) is null))
        {
            return;
        }
        var op = new WindowBitPairs(window, alone);
        if (x.Shape.Rank == 4 && axis == 1)
            context.SetChannelsLast(context.Add(op, context.Session.ChannelsLast(x, context.Location)));
        else if (axis == x.Shape.Rank - 1)
            context.SetPlain(context.Add(op, context.Session.Plain(x, context.Location)));
        else
            context.UnsupportedOption($"pairs along dimension {axis} of {x.Shape.Rank} are not supported, supported are channels and the last dimension");
    }

    private static BitWindow? Window(NodeContext context, string bits, string places, string rounding)
    {
        var (width, at, mode) = (context.Int(bits, 0), context.Ints(places) ?? [], context.Text(rounding, "ROUND"));
        var window = new BitWindow((int)Math.Clamp(width, 0, 17), [.. at.Select(p => (int)Math.Clamp(p, -1, 16))], mode == "ROUND");
        if (window.IsValid && mode is ("ROUND" or "FLOOR"))
            return window;
        context.UnsupportedOption($"{bits} {width} at {places} [{string.Join(',', at.Take(8))}], {rounding} '{mode}': supported are 1 to 16 bits at ascending places of 0 to 15, "
            + "together at most 30, and ROUND or FLOOR");
        return null;
    }
}
