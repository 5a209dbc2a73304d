using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Quantize.Data;

/// <summary>Opens the data a user names: <c>cifar10:DIR</c>, <c>mnist:DIR</c>, <c>raw:FILE.bin,LABELS.csv[,type=i8][,scale=S][,zp=Z]</c>, <c>npy:X.npy[,Y.npy]</c>.</summary>
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
        var location = new SourceLocation(spec);
        try
        {
            switch (kind)
            {
                case "cifar10" when rest.Length > 0:
                    return Cifar10Source.Open(rest);
                case "mnist" when rest.Length > 0:
                    return MnistSource.Open(rest);
                case "raw" when rest.Contains(',', StringComparison.Ordinal):
                    var raw = Raw(rest.Split(','), location, diagnostics);
                    return raw is null ? null : new DataSet(raw, raw, false);
                case "npy" when rest.Length > 0:
                    var parts = rest.Split(',');
                    var npy = new NpySource(parts[0], parts.Length > 1 ? parts[1] : null);
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

    private static RawSource? Raw(string[] parts, SourceLocation location, DiagnosticBag diagnostics)
    {
        var (element, scale, zero) = (ElementType.Int8, 1.0, 0);
        foreach (var option in parts.Skip(2))
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
            var ok = named is not null
                || (key == "scale" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out scale) && scale > 0)
                || (key == "zp" && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out zero));
            if (!ok)
            {
                diagnostics.Report(QuantizationDiagnostics.BadDataSpec, location, $"'{option}' is no option of raw data", "options are type=i8|u8|i16|f32, scale=S and zp=Z");
                return null;
            }
        }
        return new RawSource(parts[0], parts[1], element, QuantParams.PerTensor(scale, zero));
    }
}
