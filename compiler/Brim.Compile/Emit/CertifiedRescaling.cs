using System.Collections.Immutable;
using System.Text.Json;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Emit;

/// <summary>How the model turns sums into codes, as a certificate states it.</summary>
/// <param name="Channels">One for each output, all of one scheme, zero point and range.</param>
internal sealed record CertifiedRescaling(ImmutableArray<Requantizer> Channels)
{
    /// <summary>Writes the member <c>rescale</c>.</summary>
    public void Write(Utf8JsonWriter w)
    {
        w.WriteStartObject("rescale");
        w.WriteString("scheme", Channels[0].Scheme switch
        {
            Requantization.TfLiteDouble => "two-roundings",
            Requantization.Single => "one-rounding",
            Requantization.PowerOfTwo => "power-of-two",
            _ => "float32",
        });
        w.WriteNumber("zeroPoint", Channels[0].ZeroPoint);
        w.WriteNumber("low", Channels[0].Range.Min);
        w.WriteNumber("high", Channels[0].Range.Max);
        w.WriteStartArray("factors");
        foreach (var channel in Channels)
        {
            var (multiplier, exponent) = channel.Scheme == Requantization.OnnxFloat ? Binary32(channel.FloatFactor) : (channel.Factor.Multiplier, channel.Factor.Shift);
            w.WriteStartArray();
            w.WriteNumberValue(multiplier);
            w.WriteNumberValue(exponent);
            w.WriteEndArray();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    }

    /// <summary>value = fraction * 2^exponent, exactly.</summary>
    private static (int Fraction, int Exponent) Binary32(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var biased = (bits >> 23) & 0xFF;
        var fraction = bits & 0x7FFFFF;
        return biased == 0 ? (fraction, -149) : (fraction | 0x800000, biased - 150);
    }
}
