using Brim.Check.Certificates;
using Brim.Check.Flow;
using Brim.Check.Kernels;
using Brim.Check.Proofs;
using Brim.Check.Source;
using Brim.Core.Diagnostics;
using Brim.Core.IR.Ops;

namespace Brim.Check;

/// <summary>The check of one layer: its bounds follow from the layers before, its lanes hold, and the certificate says the same.</summary>
internal sealed class LayerCheck(
    string directory, LibrarySource source, LayerCall call, CertifiedLayer certified, MemoryState memory, DiagnosticBag diagnostics)
{
    /// <summary>Findings of one kind that are printed for a layer; the rest is counted.</summary>
    private const int MostFindings = 8;

    /// <summary>Kernels with scratch take parameters, input, output, scratch.</summary>
    private const int ScratchArgument = 3;

    private readonly Dictionary<DiagnosticDescriptor, int> _reported = [];

    /// <summary>Checks the layer and notes what it writes.</summary>
    public LayerReport Run()
    {
        SumReport? sums = null;
        try
        {
            CompareCall();
            var reader = KernelCatalog.Find(call, source.Arrays);
            if (reader is null)
                Pass();
            else
                sums = Prove(reader);
            if (reader is null != certified.Sums is null)
                Report(CheckDiagnostics.ValueDiffers, $"certified as a layer {(certified.Sums is null ? "without" : "with")} accumulators, {call.Kernel} is one {(reader is null ? "without" : "with")}");
        }
        catch (CheckFailure failure)
        {
            Report(failure.Descriptor, failure.Message);
        }
        catch (OverflowException)
        {
            Report(CheckDiagnostics.MalformedWords, "the parameters make a layer of more than 2^31 elements");
        }
        foreach (var (descriptor, count) in _reported.Where(r => r.Value > MostFindings))
            diagnostics.Report(descriptor, Location(), $"and {count - MostFindings} more findings of this kind");
        return new LayerReport(call.Step, call.Kernel, _reported.Count == 0, sums);
    }

    private SourceLocation Location(string? place = null) => new(directory, place is null ? call.Step : $"{call.Step}, {place}");

    private void Report(DiagnosticDescriptor descriptor, string message, string? place = null)
    {
        var count = _reported[descriptor] = _reported.GetValueOrDefault(descriptor) + 1;
        if (count <= MostFindings)
            diagnostics.Report(descriptor, Location(place), message);
    }

    private void Differs(string what, object certifiedValue, object found, string? place = null) =>
        Report(CheckDiagnostics.ValueDiffers, $"the certificate says {what} {certifiedValue}, the library gives {found}", place);

    /// <summary>The call is the certified one: kernel, arguments, every parameter.</summary>
    private void CompareCall()
    {
        if (certified.Kernel != call.Kernel)
            Differs("kernel", certified.Kernel, call.Kernel);
        var arguments = call.Arguments.Select(a => a.ToString()).ToArray();
        if (!certified.Arguments.SequenceEqual(arguments))
            Differs("arguments", string.Join(", ", certified.Arguments), string.Join(", ", arguments));
        var fields = call.Parameters?.Fields ?? [];
        foreach (var (path, value) in fields)
        {
            if (!certified.Parameters.TryGetValue(path, out var expected))
                Differs("no parameter", path, value.ToString());
            else if (expected != value.ToString())
                Differs(path, expected, value.ToString());
        }
        foreach (var path in certified.Parameters.Keys.Where(k => !fields.ContainsKey(k)))
            Differs(path, certified.Parameters[path], "no such parameter");
    }

    /// <summary>A layer without accumulators: only the codes it writes matter.</summary>
    private void Pass()
    {
        var (reads, write, codes) = KernelEffects.Of(call, source.Arrays);
        foreach (var access in reads.Append(write))
            Inside(access.At, access.Elements * access.Format.Bytes);
        var spans = reads.Select(r => memory.Read(r.At, r.Elements, r.Format).Span).ToArray();
        memory.Write(write.At, write.Elements, write.Format, codes(spans), call.Step);
    }

    private SumReport? Prove(KernelReader reader)
    {
        var shape = reader.Shape(call);
        var input = Known(shape.Input, shape.OffsetWraps);
        if (shape.Terms is { } terms)
            input = (terms, input.Writers);
        (long, long) weights = shape.ComputedWeights is { } w && Known(w).Span is var codes ? (codes.Low, codes.High) : default;
        Scratch(shape);
        memory.Write(shape.Output.At, shape.Output.Elements, shape.Output.Format, Written(shape, input.Span), call.Step);
        if (certified.Sums is not { } sums)
            return null;
        var activations = Justify(shape, input, sums) with { Weights = weights };
        var proof = reader.Read(call, activations);
        foreach (var (descriptor, message) in proof.Findings)
            Report(descriptor, message);
        Fit(proof);
        Compare(sums, proof);
        CompareTiles(sums, proof);
        CompareRescaling(sums, proof);
        var (low, high) = activations.All;
        return new SumReport(proof.Packing, proof.Outputs.Length, proof.Taps, proof.LaneCount, proof.ChunkCount, proof.WidestLane, low, high, [.. input.Writers]);
    }

    private (CodeSpan Span, IReadOnlySet<string> Writers) Known(Access access, bool isModular = false) => call.Arguments.Contains(access.At)
        ? memory.Read(access.At, access.Elements, access.Format, isModular)
        : throw CheckFailure.Code($"{call.Kernel} has no argument {access.At}");

    /// <summary>The kernel's scratch is apart from its tensors, and whatever lay there is gone.</summary>
    private void Scratch(LayerShape shape)
    {
        foreach (var access in new[] { shape.Input, shape.Output })
            Inside(access.At, access.Elements * access.Format.Bytes);
        if (shape.ScratchBytes == 0)
            return;
        var scratch = call.Memory(ScratchArgument);
        Inside(scratch, shape.ScratchBytes);
        foreach (var access in new[] { shape.Input, shape.Output }.Where(a => a.At.Name == scratch.Name))
        {
            var end = access.At.Value + (access.Elements * access.Format.Bytes);
            if (access.At.Value < scratch.Value + shape.ScratchBytes && scratch.Value < end)
                Report(CheckDiagnostics.MemoryOverlap, $"{shape.ScratchBytes} bytes of scratch at {scratch} overlap a tensor at {access.At.Value}..{end - 1}");
        }
        memory.Forget(scratch, shape.ScratchBytes);
    }

    private void Inside(Argument at, long bytes)
    {
        if (at.Name == LibrarySource.Arena && at.Value + bytes > source.ArenaBytes)
            Report(CheckDiagnostics.MemoryOverlap, $"{bytes} bytes at {at} reach beyond the arena of {source.ArenaBytes} bytes");
    }

    /// <summary>Pooling does not leave the range of its input; every other layer is as good as its clamp.</summary>
    private CodeSpan Written(LayerShape shape, CodeSpan input) => call.Kernel.StartsWith("brim_average_pool", StringComparison.Ordinal)
        ? input.Clamp(shape.Codes.Low, shape.Codes.High)
        : shape.Codes;

    /// <summary>The certified bounds hold if the codes that can be in memory, moved by the offset, lie within them.</summary>
    private Activations Justify(LayerShape shape, (CodeSpan Span, IReadOnlySet<string> Writers) input, CertifiedSums sums)
    {
        var offset = shape.OffsetWraps ? ((sums.Offset - shape.Offset) % 256) == 0 : sums.Offset == shape.Offset;
        if (!offset)
            Differs("offset", sums.Offset, shape.Offset);
        var span = shape.OffsetWraps ? input.Span.OffsetByte(shape.Offset) : input.Span.Plus(shape.Offset);
        foreach (var bounds in new[] { sums.Lows, sums.Highs })
        {
            if (bounds.Length != 1 && bounds.Length != shape.Channels)
                throw CheckFailure.Certificate($"{bounds.Length} activation bounds for {shape.Channels} channels");
        }
        if (span.Low < sums.Lows.Max() || span.High > sums.Highs.Min())
        {
            Report(CheckDiagnostics.UnjustifiedBounds,
                $"activations are certified within {sums.Lows.Max()}..{sums.Highs.Min()}; what {string.Join(", ", input.Writers)} write(s) can be {span}");
        }
        if (sums.Padding != shape.Padding)
            Differs("padding", sums.Padding?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none", shape.Padding?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none");
        if (!sums.Writers.ToHashSet(StringComparer.Ordinal).SetEquals(input.Writers))
            Differs("activations from", string.Join(", ", sums.Writers), string.Join(", ", input.Writers));
        return new Activations(sums.Lows, sums.Highs, shape.Padding);
    }

    /// <summary>Every lane of every chunk holds its range.</summary>
    private void Fit(LayerProof proof)
    {
        for (var t = 0; t < proof.Tiles.Count; t++)
        {
            var tile = proof.Tiles[t];
            for (var c = 0; c < tile.Chunks.Count; c++)
            {
                for (var i = 0; i < tile.Lanes.Length; i++)
                {
                    var (chunk, lane) = (tile.Chunks[c], tile.Lanes[i]);
                    // In 128 bits: start values of 64 bits may be anything.
                    var (low, high) = ((Int128)chunk.Start[i] + chunk.Low[i], (Int128)chunk.Start[i] + chunk.High[i]);
                    var least = proof.IsSigned ? -(Int128.One << (lane.Bits - 1)) : 0;
                    var greatest = (Int128.One << (proof.IsSigned ? lane.Bits - 1 : lane.Bits)) - 1;
                    if (low < least || high > greatest)
                    {
                        Report(CheckDiagnostics.LaneOverflow,
                            $"started at {chunk.Start[i]} the lane reaches {low}..{high}; its {lane.Bits} bits hold {least}..{greatest}", Place(t, c, i, lane));
                    }
                }
            }
        }
    }

    private static string Place(int tile, int chunk, int lane, LaneField field) =>
        FormattableString.Invariant($"tile {tile}, chunk {chunk}, lane {lane} (output {field.Output}, bits {field.Offset}..{field.Offset + field.Bits - 1})");

    private void Compare(CertifiedSums sums, LayerProof proof)
    {
        if (sums.Packing != proof.Packing)
            Differs("packing", sums.Packing, proof.Packing);
        if (sums.IsSigned != proof.IsSigned)
            Differs("signed lanes", sums.IsSigned, proof.IsSigned);
        if (sums.Taps != proof.Taps)
            Differs("taps", sums.Taps, proof.Taps);
        if (sums.Width != proof.WidestLane)
            Differs("width", sums.Width, proof.WidestLane);
        var words = Arrays().Select(a => (a.File, a.Name, 0L, (long)a.Values.Length)).ToList();
        if (!sums.Words.SequenceEqual(words))
            Differs("words", string.Join(", ", sums.Words), string.Join(", ", words));
        if (sums.Outputs.Length != proof.Outputs.Length)
        {
            Differs("outputs", sums.Outputs.Length, proof.Outputs.Length);
            return;
        }
        string[] names = ["constant", "S+", "S-", "least sum", "greatest sum"];
        for (var o = 0; o < proof.Outputs.Length; o++)
        {
            var sum = proof.Outputs[o];
            long[] values = [sum.Constant, sum.Positive, sum.Negative, sum.Constant + sum.Low, sum.Constant + sum.High];
            for (var i = 0; i < names.Length; i++)
            {
                if (values[i] != sums.Outputs[o][i])
                    Differs(names[i], sums.Outputs[o][i], values[i], FormattableString.Invariant($"output {o}"));
            }
        }
    }

    /// <summary>Arrays of the call: those of its parameters, then those among its arguments.</summary>
    private IEnumerable<ConstantArray> Arrays() => (call.Parameters?.Fields.Values.Select(v => v.Array) ?? [])
        .Concat(call.Arguments.Where(a => a.Kind == ArgumentKind.Array).Select(a => a.Name))
        .OfType<string>().Distinct(StringComparer.Ordinal).Where(source.Arrays.ContainsKey).Select(name => source.Arrays[name]);

    private void CompareTiles(CertifiedSums sums, LayerProof proof)
    {
        if (sums.Tiles.Length != proof.Tiles.Count)
        {
            Differs("tiles", sums.Tiles.Length, proof.Tiles.Count);
            return;
        }
        for (var t = 0; t < proof.Tiles.Count; t++)
        {
            var (claim, tile) = (sums.Tiles[t], proof.Tiles[t]);
            var place = FormattableString.Invariant($"tile {t}");
            if (claim.Lanes.Length != tile.Lanes.Length || claim.Chunks.Length != tile.Chunks.Count)
            {
                Differs("lanes and chunks", $"{claim.Lanes.Length} and {claim.Chunks.Length}", $"{tile.Lanes.Length} and {tile.Chunks.Count}", place);
                continue;
            }
            for (var i = 0; i < tile.Lanes.Length; i++)
            {
                var lane = tile.Lanes[i];
                if (!claim.Lanes[i].AsSpan().SequenceEqual([lane.Output, lane.Offset, lane.Bits]))
                    Differs($"lane {i}", $"(output, offset, bits) {string.Join(", ", claim.Lanes[i])}", $"{lane.Output}, {lane.Offset}, {lane.Bits}", place);
            }
            for (var c = 0; c < tile.Chunks.Count; c++)
                CompareChunk(t, c, claim.Chunks[c], tile);
        }
    }

    private void CompareChunk(int t, int c, long[] claim, TileSums tile)
    {
        var chunk = tile.Chunks[c];
        if (claim[0] != chunk.Begin || claim[1] != chunk.End)
            Differs("steps", $"{claim[0]}..{claim[1]}", $"{chunk.Begin}..{chunk.End}", FormattableString.Invariant($"tile {t}, chunk {c}"));
        for (var i = 0; i < tile.Lanes.Length; i++)
        {
            var at = 2 + (3 * i);
            if (claim[at] != chunk.Low[i] || claim[at + 1] != chunk.High[i] || claim[at + 2] != chunk.Start[i])
                Differs("(low, high, start)", $"{claim[at]}, {claim[at + 1]}, {claim[at + 2]}", $"{chunk.Low[i]}, {chunk.High[i]}, {chunk.Start[i]}", Place(t, c, i, tile.Lanes[i]));
        }
    }

    private void CompareRescaling(CertifiedSums sums, LayerProof proof)
    {
        if (proof.Rescaling is not { } kernel || sums.Rescaling is not { } model)
        {
            if (proof.Rescaling is null != sums.Rescaling is null)
                Differs("rescaling", sums.Rescaling is null ? "none" : "by output", proof.Rescaling is null ? "none" : "by output");
            return;
        }
        if (model.Factors.Length != proof.Outputs.Length)
        {
            Differs("factors", model.Factors.Length, proof.Outputs.Length);
            return;
        }
        if (sums.Shifts.Length != 0 && sums.Shifts.Length != proof.Outputs.Length)
        {
            Differs("shifts", sums.Shifts.Length, proof.Outputs.Length);
            return;
        }
        if (!kernel.Agrees(model))
            Report(CheckDiagnostics.RescalingDiffers, "scheme, zero point or clamps are not the certified ones");
        for (var o = 0; o < proof.Outputs.Length; o++)
            CompareFactor(kernel, model, proof.Outputs[o], o, sums.Shifts.Length == 0 ? 0 : (int)sums.Shifts[o]);
    }

    private void CompareFactor(Rescaling kernel, CertifiedRescaling model, OutputSum sum, int output, int shift)
    {
        var place = FormattableString.Invariant($"output {output}");
        // Only then every sum of the kernel is one of the model's, shifted.
        if ((sum.Bits & ((1L << shift) - 1)) != 0)
        {
            Report(CheckDiagnostics.RescalingDiffers, $"a weight or the constant is no multiple of 2^{shift}, by which the certificate says that they are shifted", place);
            return;
        }
        // Where codes are compared below, a factor in binary32 may be a fixed-point one, and that of a channel of one code 0; others are the model's.
        var (own, certifiedFactor) = (kernel.Factor(output), model.Factors[output]);
        var isIdle = kernel.IsFolded && own == (0, kernel.IdleExponent);
        if (!isIdle && (!kernel.IsFolded || model.Scheme != Requantization.OnnxFloat))
        {
            var exponent = certifiedFactor.Exponent - shift;
            if (own != (certifiedFactor.Multiplier, exponent))
                Report(CheckDiagnostics.RescalingDiffers, $"the factor is {own.Multiplier} * 2^{own.Exponent}, the certified one {certifiedFactor.Multiplier} * 2^{exponent}", place);
        }
        var (low, high) = (sum.Constant + sum.Low, sum.Constant + sum.High);
        if (!kernel.IsFolded || low < int.MinValue || high > int.MaxValue)
            return;
        if (RescalingComparison.FirstDifference(x => kernel.Code(output, x << shift), x => model.Code(output, x), low >> shift, high >> shift) is var (at, code, expected))
        {
            Report(CheckDiagnostics.RescalingDiffers,
                $"a sum of {at} gives {code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "an overflow"}, by the certified factor {expected}", place);
        }
    }
}
