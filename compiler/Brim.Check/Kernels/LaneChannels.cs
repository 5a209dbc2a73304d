using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>The channel table and output parameters of the lane kernels (lanes_common.h).</summary>
internal sealed class LaneChannels : Rescaling
{
    private const int Words = 4;
    private readonly ConstantArray _table;
    private readonly bool _twoRoundings;
    private readonly bool _negativeClamped;
    private readonly int _scale;
    private readonly int _low;
    private readonly int _high;

    private LaneChannels(ParameterSet p, int outputs)
    {
        _table = p.Array("channel", (long)Words * outputs);
        _twoRoundings = p.Integer("output.two_roundings", 0, 1) == 1;
        _negativeClamped = p.Integer("output.negative_clamped", 0, 1) == 1;
        _scale = p.Integer("output.left", 0, 30) + (_twoRoundings ? 1 : 0);
        _low = p.Integer("output.low", -128, 255);
        _high = p.Integer("output.high", -128, 255);
    }

    /// <summary>Reads the table into a proof: constants of the whole sums, and the sums' scaled ranges.</summary>
    /// <param name="p">Parameters.</param>
    /// <param name="proof">The proof; its sums hold the products.</param>
    /// <param name="starts">Per output what start values every sum contains.</param>
    public static void Read(ParameterSet p, LayerProof proof, long[] starts)
    {
        var channels = new LaneChannels(p, proof.Outputs.Length);
        proof.Words.Add(channels._table);
        proof.Rescaling = channels;
        for (var c = 0; c < proof.Outputs.Length; c++)
            channels.Check(c, proof, starts[c]);
    }

    /// <summary>Where lanes are the sums, kernels multiply the bias by itself (lanes_short.h), so that it must not be a remainder modulo 2^32.</summary>
    public static void CheckBiases(ParameterSet p, LayerProof proof, long[] starts)
    {
        var scale = p.Integer("output.left", 0, 30) + p.Integer("output.two_roundings", 0, 1);
        for (var c = 0; c < starts.Length; c++)
        {
            var bias = (proof.Outputs[c].Constant - starts[c]) << scale;
            if (bias is < int.MinValue or > int.MaxValue)
                proof.Report(CheckDiagnostics.TotalOverflow, $"output {c}: the bias without the starts is {bias}, more than 32 bits");
        }
    }

    /// <inheritdoc/>
    public override long? Code(int output, long sum)
    {
        var (multiplier, rounding, right) = (Word(output, 1), Word(output, 2), (int)Word(output, 3));
        // What the kernel multiplies: bias + (lanes << scale), which is the whole sum scaled.
        var x = sum << _scale;
        if (x is < int.MinValue or > int.MaxValue)
            return null;
        long high;
        if (_twoRoundings)
            high = (((x * multiplier) + (1L << 31)) >> 32) + rounding - (!_negativeClamped && x < 0 ? 1 : 0);
        else
            high = ((x * multiplier) >> 32) + rounding;
        if (high is < int.MinValue or > int.MaxValue)
            return null;
        return Math.Min(Math.Max(high >> right, _low), _high);
    }

    /// <inheritdoc/>
    public override (long Multiplier, long Exponent) Factor(int output) => (Word(output, 1), _scale - 1 - Word(output, 3));

    /// <inheritdoc/>
    public override long IdleExponent => _scale - 2;

    private long Word(int output, int index) => _table.Values[(Words * output) + index];

    private void Check(int output, LayerProof proof, long starts)
    {
        var sum = proof.Outputs[output];
        if (Word(output, 1) < 0 || Word(output, 3) is < 1 or > 31)
            throw CheckFailure.Words($"output {output}: multiplier {Word(output, 1)} and shift {Word(output, 3)} are not at least 0 and within 1..31");
        // The kernel adds modulo 2^32, so bias and starts may wrap as long as what they stand for does not.
        var scaled = unchecked((int)(Word(output, 0) + (starts << _scale)));
        if (scaled % (1L << _scale) != 0)
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {output}: bias {Word(output, 0)} and starts {starts} leave {scaled}, no multiple of {1L << _scale}, the scale of the sums");
        sum.Constant = scaled >> _scale;
        var (low, high) = ((sum.Constant + sum.Low) << _scale, (sum.Constant + sum.High) << _scale);
        if (low < int.MinValue || high > int.MaxValue)
            proof.Report(CheckDiagnostics.TotalOverflow, $"output {output}: the scaled sum reaches {low}..{high}, more than 32 bits");
        if (starts + sum.Low < int.MinValue || starts + sum.High > int.MaxValue)
            proof.Report(CheckDiagnostics.TotalOverflow, $"output {output}: the lanes' sum reaches {starts + sum.Low}..{starts + sum.High}, more than 32 bits");
    }
}
