using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Import.Onnx;

/// <summary>Keeps all that a file makes the importer allocate within <see cref="ImportLimits"/>.</summary>
internal sealed class ConstantBudget(DiagnosticBag diagnostics)
{
    private long _constantBytes;
    private long _activationBytes;
    private bool _isReported;

    /// <summary>The shape of stored dimensions; null, reported, if it is not valid or too large.</summary>
    public Shape? ShapeOf(IReadOnlyCollection<long> dimensions, ElementType element, SourceLocation location)
    {
        if (dimensions.Count <= ImportLimits.Rank && dimensions.All(d => d is >= 0 and <= int.MaxValue)
            && ElementCount(dimensions) is { } count && count * element.StorageBytes <= ImportLimits.TensorBytes)
        {
            return new Shape([.. dimensions.Select(d => (int)d)]);
        }
        diagnostics.Report(ImportDiagnostics.LimitExceeded, location, $"the shape [{string.Join('x', dimensions.Take(ImportLimits.Rank + 1))}] is not valid or too large");
        return null;
    }

    /// <summary>Counts a constant; false, reported once, past the limit.</summary>
    public bool Charge(TensorType type, SourceLocation location) => Charge(ref _constantBytes, type, ImportLimits.ConstantBytes, "constants", location);

    /// <summary>Counts an activation; false, reported once, past the limit.</summary>
    public bool ChargeActivation(TensorType type, SourceLocation location) => Charge(ref _activationBytes, type, ImportLimits.ActivationBytes, "activations", location);

    /// <summary>The number of elements of a shape; null past the largest tensor.</summary>
    public static long? ElementCount(IEnumerable<long> dimensions)
    {
        long count = 1;
        // A dimension of 0 must not hide that the others overflow.
        foreach (var d in dimensions.Select(d => Math.Max(d, 1)))
        {
            if (d > ImportLimits.TensorBytes || (count *= d) > ImportLimits.TensorBytes)
                return null;
        }
        return dimensions.Contains(0) ? 0 : count;
    }

    private bool Charge(ref long total, TensorType type, long limit, string what, SourceLocation location)
    {
        if (ElementCount(type.Shape.Select(d => (long)d)) is { } count && count * type.Element.StorageBytes <= ImportLimits.TensorBytes
            && (total += Math.Max(count, 1) * type.Element.StorageBytes) <= limit)
        {
            return true;
        }
        if (!_isReported)
            diagnostics.Report(ImportDiagnostics.LimitExceeded, location, $"with [{type.Shape}] all {what} exceed {limit >> 20} MiB, or this tensor {ImportLimits.TensorBytes >> 20} MiB");
        return !(_isReported = true);
    }
}
