using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Quantize.Windows;

/// <summary>The windows of codes of up to 8 bits as tables, for evaluation on many samples.</summary>
internal sealed class CodeWindows
{
    private readonly int _min;
    private readonly int _zero;
    private readonly int _depth; // of the dimension in which pairs lie; 0 without pairs
    private readonly int[] _window;
    private readonly int[] _alone;

    private CodeWindows(TensorType type, int depth, Func<int, int> window, Func<int, int> alone)
    {
        (_min, _zero, _depth) = ((int)type.Element.MinCode, type.Quant!.ZeroPoint, depth);
        var codes = Enumerable.Range(_min, (int)(type.Element.MaxCode - type.Element.MinCode) + 1).ToArray();
        (_window, _alone) = ([.. codes.Select(window)], [.. codes.Select(alone)]);
    }

    /// <summary>The tables of an operator on values of a type; null for other operators and wider codes.</summary>
    public static CodeWindows? Of(Op op, TensorType type)
    {
        if (type is not { Element: { IsInteger: true, Bits: <= 8 }, Quant: { IsPerTensor: true } quant })
            return null;
        int Windowed(Core.Numerics.BitWindow? window, int code) => window?.Apply(code, quant.ZeroPoint, type.Element) ?? code;
        return op switch
        {
            WindowBits w => new(type, 0, q => Windowed(w.Window, q), q => q),
            WindowBitPairs p => new(type, type.Shape[-1], q => Windowed(p.Window, q), q => Windowed(p.Alone, q)),
            _ => null,
        };
    }

    /// <summary>Windows a whole tensor; source and result may be the same memory.</summary>
    public void Apply(ReadOnlySpan<int> codes, Span<int> windowed)
    {
        if (_depth == 0)
        {
            for (var i = 0; i < codes.Length; i++)
                windowed[i] = _window[codes[i] - _min];
            return;
        }
        for (var row = 0; row < codes.Length; row += _depth)
        {
            for (var i = row; i < row + _depth; i += 2)
            {
                var a = codes[i];
                var b = i + 1 < row + _depth ? codes[i + 1] : _zero;
                windowed[i] = (b == _zero ? _alone : _window)[a - _min];
                if (i + 1 < row + _depth)
                    windowed[i + 1] = (a == _zero ? _alone : _window)[b - _min];
            }
        }
    }
}
