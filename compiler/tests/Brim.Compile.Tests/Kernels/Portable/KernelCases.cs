using System.Collections.Immutable;
using System.Globalization;
using Brim.Compile.Targets;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>Seeded sweeps over shapes, element types, schemes and attributes of every operator.</summary>
internal sealed partial class KernelCases
{
    private static readonly ElementType[] ByteTypes =
        [ElementType.Int8, ElementType.UInt8, ElementType.Signed(4), ElementType.Unsigned(4), ElementType.Unsigned(2), ElementType.Signed(1), ElementType.Unsigned(1)];

    private static readonly ElementType[] CodeTypes = [.. ByteTypes, ElementType.Int16];

    private static readonly Activation[] Activations = [Activation.None, Activation.Relu, Activation.Relu6, Activation.ReluN1To1];

    // Made on first use: the other parts' static fields must be set before.
    private static readonly Lazy<IReadOnlyList<KernelCase>> Made = new(() => new KernelCases()._cases);

    private readonly SplitMix64 _random = new(20240917);
    private readonly List<KernelCase> _cases = [];

    private KernelCases()
    {
        AddConvolutions();
        AddDepthwise();
        AddMatrixProducts();
        AddElementwise();
        AddUnary();
        AddReductions();
        AddMovement();
        AddConcats();
    }

    /// <summary>The machine that rules are asked about; portable rules ask it nothing.</summary>
    public static TargetMachine Target { get; } = new("host", []);

    /// <summary>All cases.</summary>
    public static IReadOnlyList<KernelCase> All => Made.Value;

    private void Add(string name, Op op, TensorType y, params (Tensor? Value, bool IsConstant)[] operands)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"#{_cases.Count} {op.Mnemonic} {name} {string.Join(", ", operands.Select(o => Short(o.Value?.Type)))} -> {Short(y)}");
        _cases.Add(KernelCase.Build(text, string.Create(CultureInfo.InvariantCulture, $"l{_cases.Count}"), op, y, operands));
    }

    private static string Short(TensorType? type) => type is null ? "none" : $"{type.Element}[{type.Shape}]";

    /// <summary>A type with a random scale and zero point; 16-bit codes are symmetric.</summary>
    private TensorType Type(ElementType element, Shape shape, double? scale = null)
    {
        var zero = element.Bits >= 16 ? 0 : _random.Between((int)element.MinCode, (int)element.MaxCode);
        return new TensorType(element, shape, QuantParams.PerTensor(scale ?? _random.Real(0.004, 0.05), zero));
    }

    /// <summary>Random codes, one in eight at a limit of the type.</summary>
    private Tensor Codes(TensorType type)
    {
        var (min, max) = ((int)Math.Max(type.Element.MinCode, -100_000), (int)Math.Min(type.Element.MaxCode, 100_000));
        var codes = new int[type.Shape.ElementCount];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = _random.OneIn(8) ? (_random.OneIn(2) ? min : max) : _random.Between(min, max);
        return Tensor.FromCodes(type, codes);
    }

    private Tensor Floats(Shape shape, double limit)
    {
        var values = new float[shape.ElementCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)_random.Real(-limit, limit);
        return Tensor.FromFloats(new TensorType(ElementType.Float32, shape), values);
    }

    private static (Tensor?, bool) Input(Tensor tensor) => (tensor, false);

    private static (Tensor?, bool) Constant(Tensor? tensor) => (tensor, true);
}
