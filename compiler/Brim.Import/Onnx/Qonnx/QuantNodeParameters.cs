using Brim.Core.IR;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>Parameters of a Quant node.</summary>
/// <param name="Scales">One scale, or one for each index of the axis.</param>
/// <param name="Axis">The dimension of the scales; -1 for one scale.</param>
/// <param name="ZeroPoint">Code of real zero.</param>
/// <param name="Bits">Width of codes, 1 to 32.</param>
/// <param name="IsSigned">Two's complement codes.</param>
/// <param name="IsNarrow">One code less: the smallest of signed ones, the largest of unsigned ones.</param>
/// <param name="Rounding">ROUND (ties to even), HALF_EVEN, CEIL or FLOOR.</param>
internal sealed record QuantNodeParameters(float[] Scales, int Axis, int ZeroPoint, int Bits, bool IsSigned, bool IsNarrow, string Rounding)
{
    /// <summary>The scales before they became float32, where the file notes them.</summary>
    public double[]? NotedScales { get; init; }

    /// <summary>Smallest code.</summary>
    public long Min => IsSigned ? -(1L << (Bits - 1)) + (IsNarrow ? 1 : 0) : 0;

    /// <summary>Largest code.</summary>
    public long Max => IsSigned ? (1L << (Bits - 1)) - 1 : (1L << Bits) - (IsNarrow ? 2 : 1);

    private double[] Reals => NotedScales ?? [.. Scales.Select(s => (double)s)];

    /// <summary>The quantization of the graph.</summary>
    public QuantParams Quant() => Axis < 0
        ? QuantParams.PerTensor(Reals[0], ZeroPoint)
        : QuantParams.PerAxis(Axis, [.. Reals], [.. Enumerable.Repeat(ZeroPoint, Scales.Length)]);

    /// <summary>The code of a real number; NaN counts as 0.</summary>
    public int CodeOf(float value, float scale)
    {
        var limited = Math.Clamp((double)(value / scale) + ZeroPoint, Min, Max);
        var rounded = Rounding switch
        {
            "CEIL" => Math.Ceiling(limited),
            "FLOOR" => Math.Floor(limited),
            _ => Math.Round(limited, MidpointRounding.ToEven),
        };
        return double.IsNaN(rounded) ? ZeroPoint : (int)Math.Min(rounded, int.MaxValue);
    }
}
