using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Quantize.Data;

/// <summary>
/// Opens the data a user names: <c>cifar10:DIR</c>, <c>mnist:DIR</c>, <c>raw:FILE.bin,LABELS.csv[,type=i8]</c>, each with <c>[,scale=S][,zp=Z]</c>, or
/// <c>npy:X.npy[,Y.npy]</c>. What a model gets is scale * (code - zp); pixels are codes 0..255.
/// </summary>
public static class DataSpec
{
    /// <summary>Opens a specification.</summary>
    /// <returns>Null after BRIM3001 or BRIM3002 was reported.</returns>
    public static DataSet? Open(string spec, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var colon = spec.IndexOf(':');
        var (kind, rest) = colon < 0 ? (spec, "") : (spec[..colon], spec[(colon + 1)..]);
        var (directory, options) = rest.Split(',') is [var first, .. var others] ? (first, others) : (rest, []);
        var location = new SourceLocation(spec);
        try
        {
            switch (kind)
            {
                case "cifar10" when directory.Length > 0:
                    return Options(options, false, location, diagnostics) is { } cifar ? Cifar10Source.Open(directory, cifar.Quant) : null;
                case "mnist" when directory.Length > 0:
                    return Options(options, false, location, diagnostics) is { } mnist ? MnistSource.Open(directory, mnist.Quant) : null;
                case "raw" when options.Length > 0:
                    if (Options(options[1..], true, location, diagnostics) is not { } type)
                        return null;
                    var raw = new RawSource(directory, options[0], type.Element, type.Quant);
                    return new DataSet(raw, raw, false);
                case "npy" when rest.Length > 0:
                    var npy = new NpySource(directory, options.Length > 0 ? options[0] : null);
                    return new DataSet(npy, npy, false);
                default:
                    diagnostics.Report(QuantizationDiagnostics.BadDataSpec, location, $"'{kind}' names no kind of data, or its files are missing",
                        "use cifar10:DIR, mnist:DIR, raw:FILE.bin,LABELS.csv or npy:X.npy,Y.npy");
                    return null;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            diagnostics.Report(QuantizationDiagnostics.BadDataFile, location, e.Message);
            return null;
        }
    }

    private static (ElementType Element, QuantParams Quant)? Options(string[] options, bool typed, SourceLocation location, DiagnosticBag diagnostics)
    {
        var (element, scale, zero) = (typed ? ElementType.Int8 : ElementType.UInt8, 1.0, 0);
        foreach (var option in options)
        {
            var equals = option.IndexOf('=');
            var (key, value) = equals < 0 ? (option, "") : (option[..equals], option[(equals + 1)..]);
            ElementType? named = (key, value) switch
            {
                ("type", "i8") => ElementType.Int8,
                ("type", "u8") => ElementType.UInt8,
                ("type", "i16") => ElementType.Int16,
                ("type", "f32") => ElementType.Float32,
                _ => null,
            };
            element = named ?? element;
            var ok = (typed && named is not null)
                || (key == "scale" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out scale) && scale > 0 && double.IsFinite(scale))
                || (key == "zp" && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out zero));
            if (!ok)
            {
                diagnostics.Report(QuantizationDiagnostics.BadDataSpec, location, $"'{option}' is no option of these data",
                    typed ? "options are type=i8|u8|i16|f32, scale=S and zp=Z" : "options are scale=S and zp=Z");
                return null;
            }
        }
        return (element, QuantParams.PerTensor(scale, zero));
    }
}
