using System.Collections.Immutable;
using System.Globalization;

namespace Brim.Core.IR;

/// <summary>
/// Affine quantization: real = scale * (code - zero point). Scales are kept as doubles (an importer stores the exact value of
/// the file's float32), so that multipliers come out as in the framework the model comes from.
/// </summary>
public sealed class QuantParams : IEquatable<QuantParams>
{
    private QuantParams(ImmutableArray<double> scales, ImmutableArray<int> zeroPoints, int? axis)
    {
        Scales = scales;
        ZeroPoints = zeroPoints;
        Axis = axis;
    }

    /// <summary>One scale for the tensor, or one for each index of <see cref="Axis"/>. All finite and positive.</summary>
    public ImmutableArray<double> Scales { get; }

    /// <summary>As many as scales.</summary>
    public ImmutableArray<int> ZeroPoints { get; }

    /// <summary>The dimension that scales run along; null for one scale a tensor.</summary>
    public int? Axis { get; }

    /// <summary>True if there is one scale for the whole tensor.</summary>
    public bool IsPerTensor => Axis is null;

    /// <summary>The scale of a per-tensor quantization.</summary>
    public double Scale => IsPerTensor ? Scales[0] : throw new InvalidOperationException("the quantization is per channel");

    /// <summary>The zero point of a per-tensor quantization.</summary>
    public int ZeroPoint => IsPerTensor ? ZeroPoints[0] : throw new InvalidOperationException("the quantization is per channel");

    /// <summary>One scale and zero point for the tensor.</summary>
    public static QuantParams PerTensor(double scale, int zeroPoint = 0) => Checked([scale], [zeroPoint], null);

    /// <summary>One scale and zero point for each index of a dimension.</summary>
    public static QuantParams PerAxis(int axis, ImmutableArray<double> scales, ImmutableArray<int> zeroPoints) => Checked(scales, zeroPoints, axis);

    /// <summary>The scale at an index of the axis (any index if per tensor).</summary>
    public double ScaleAt(int index) => Scales[IsPerTensor ? 0 : index];

    /// <inheritdoc/>
    public bool Equals(QuantParams? other) => other is not null && Axis == other.Axis
        && Scales.AsSpan().SequenceEqual(other.Scales.AsSpan()) && ZeroPoints.AsSpan().SequenceEqual(other.ZeroPoints.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as QuantParams);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Axis, Scales.Length, Scales[0], ZeroPoints[0]);

    /// <summary>Prints <c>scale*(q-zero)</c> parameters, for a per-axis quantization the axis and the count.</summary>
    public override string ToString() => IsPerTensor
        ? string.Create(CultureInfo.InvariantCulture, $"scale={Scales[0]:R} zp={ZeroPoints[0]}")
        : string.Create(CultureInfo.InvariantCulture, $"axis={Axis} scales={Scales.Length}");

    private static QuantParams Checked(ImmutableArray<double> scales, ImmutableArray<int> zeroPoints, int? axis)
    {
        if (scales.Length == 0 || scales.Length != zeroPoints.Length)
            throw new ArgumentException($"{scales.Length} scales and {zeroPoints.Length} zero points", nameof(scales));
        foreach (var s in scales)
        {
            if (!double.IsFinite(s) || s <= 0)
                throw new ArgumentOutOfRangeException(nameof(scales), s, "scales are finite and positive");
        }
        return new QuantParams(scales, zeroPoints, axis);
    }
}
