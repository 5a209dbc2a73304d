using System.Collections.Immutable;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Windows;

/// <summary>
/// A setting of SPARQ (arXiv 2105.11010): an 8-bit activation is replaced by a window of some of its bits, placed at the lowest allowed shift that still holds its leading one
/// (bSPARQ, section 3.1); in pairs, an activation whose partner is 0 takes the bits of both (vSPARQ, section 3.2).
/// </summary>
/// <param name="Name">Name in recipes, e.g. <c>sparq-5opt</c>.</param>
/// <param name="Window">The window.</param>
/// <param name="IsPaired">Neighbouring channels share their windows.</param>
public sealed record SparqWindow(string Name, BitWindow Window, bool IsPaired)
{
    /// <summary>
    /// All settings: the paper's windows (4 bits at five, three or two places, 3 bits, 2 bits) and 6 bits, each rounded or trimmed, in pairs or not.
    /// </summary>
    public static ImmutableArray<SparqWindow> All { get; } =
    [
        .. from window in ((string Name, int Bits, ImmutableArray<int> Shifts)[])
            [
                ("5opt", 4, [0, 1, 2, 3, 4]),
                ("3opt", 4, [0, 2, 4]),
                ("2opt", 4, [0, 4]),
                ("6bit", 6, [0, 1, 2]),
                ("3bit", 3, [0, 1, 2, 3, 4, 5]),
                ("2bit", 2, [0, 1, 2, 3, 4, 5, 6]),
            ]
           from rounds in (bool[])[true, false]
           from paired in (bool[])[true, false]
           select new SparqWindow($"sparq-{window.Name}{(rounds ? "" : "-trim")}{(paired ? "" : "-unpaired")}", new BitWindow(window.Bits, window.Shifts, rounds), paired),
    ];

    /// <summary>
    /// What an activation takes whose partner is 0: twice the bits, that is all 8 of them from windows of 4 (null), 6 bits at three places from windows of 3, 4 bits at five
    /// places from windows of 2.
    /// </summary>
    public BitWindow? Alone => Window.Bits switch
    {
        2 => new BitWindow(4, [0, 1, 2, 3, 4], Window.Rounds),
        3 => new BitWindow(6, [0, 1, 2], Window.Rounds),
        _ => null,
    };

    /// <summary>The operator that stands before a layer.</summary>
    public Op Operator => IsPaired ? new WindowBitPairs(Window, Alone) : new WindowBits(Window);

    /// <summary>One line for help texts.</summary>
    public string Summary => FormattableString.Invariant(
        $"SPARQ: {Window.Bits}-bit windows of 8-bit activations at {Window.Shifts.Length} places, {(Window.Rounds ? "rounded" : "trimmed")}{(IsPaired ? ", zeros lend theirs" : "")}");
}
