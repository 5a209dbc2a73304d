using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>Buffers for one sample at a time. One session a thread; buffers are reused from sample to sample.</summary>
public sealed class EvaluationSession
{
    private readonly GraphEvaluator _evaluator;
    private readonly Array?[] _values;
    private readonly object?[] _scratch;

    internal EvaluationSession(GraphEvaluator evaluator)
    {
        _evaluator = evaluator;
        _values = evaluator.NewValues();
        _scratch = [.. evaluator.Steps.Select(s => s.NewScratch())];
    }

    /// <summary>Elements of a float value after <see cref="Run()"/>; valid until the next run.</summary>
    public float[] Floats(int id) => (float[])_values[id]!;

    /// <summary>Codes of an integer value of at most 32 bits after <see cref="Run()"/>; valid until the next run.</summary>
    public int[] Codes(int id) => (int[])_values[id]!;

    /// <summary>A value as real numbers, integer codes dequantized.</summary>
    public void CopyReals(int id, Span<float> destination)
    {
        if (_values[id] is float[] floats)
        {
            floats.CopyTo(destination);
            return;
        }
        var quant = _evaluator.Graph.TypeOf(id).Quant;
        var (scale, zero) = quant is null ? (1, 0) : (quant.Scale, quant.ZeroPoint);
        var codes = Codes(id);
        for (var i = 0; i < codes.Length; i++)
            destination[i] = (float)(scale * (codes[i] - zero));
    }

    /// <summary>Evaluates one sample given as real numbers for the first graph input; an integer input is quantized: round half away from zero, clamp.</summary>
    public void Run(ReadOnlySpan<float> sample)
    {
        var id = _evaluator.Graph.Inputs[0];
        var type = _evaluator.Graph.TypeOf(id);
        if (_values[id] is float[] floats)
        {
            sample.CopyTo(floats);
        }
        else
        {
            var codes = Codes(id);
            var scale = (float)(type.Quant?.Scale ?? 1);
            var zero = type.Quant?.ZeroPoint ?? 0;
            var range = CodeRange.Of(type.Element);
            for (var i = 0; i < codes.Length; i++)
                codes[i] = range.Clamp(MathF.Round(sample[i] / scale, MidpointRounding.AwayFromZero), zero);
        }
        Run();
    }

    /// <summary>Evaluates what stands in the input buffers.</summary>
    public void Run()
    {
        foreach (var id in _evaluator.Graph.Inputs)
            _evaluator.Round(id, _values[id]!);
        for (var i = 0; i < _scratch.Length; i++)
        {
            var step = _evaluator.Steps[i];
            step.Run(this, _scratch[i]);
            foreach (var id in _evaluator.StepOutputs[i])
                _evaluator.Round(id, _values[id]!);
        }
    }

    /// <summary>The storage of any value.</summary>
    internal Array Storage(int id) => _values[id]!;

    /// <summary>A value as a tensor that shares its storage.</summary>
    internal Tensor Tensor(int id)
    {
        var type = _evaluator.Graph.TypeOf(id);
        return _values[id] switch
        {
            float[] floats => Core.IR.Tensor.FromFloats(type, floats),
            long[] wide => Core.IR.Tensor.FromWideCodes(type, wide),
            _ => Core.IR.Tensor.FromCodes(type, Codes(id)),
        };
    }
}
