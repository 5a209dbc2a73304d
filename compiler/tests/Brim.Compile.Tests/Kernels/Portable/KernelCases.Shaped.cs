using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>Reductions and movement.</summary>
internal sealed partial class KernelCases
{
    private static readonly ElementType[] MovedTypes = [.. CodeTypes, ElementType.Int32, ElementType.Float32];

    private void AddReductions()
    {
        var pools = new (int[] X, int Kh, int Kw, Window2D Window)[]
        {
            ([1, 8, 8, 5], 8, 8, new Window2D()),
            ([2, 5, 7, 3], 3, 2, new Window2D(2, 2, 1, 0, 1, 1)),
            ([1, 6, 4, 1], 2, 2, new Window2D(1, 1, 1, 1, 0, 0)),
            ([1, 3, 3, 4], 1, 1, new Window2D(2, 2)),
        };
        foreach (var element in CodeTypes)
        {
            foreach (var (dims, kh, kw, window) in pools)
            {
                var x = Codes(Type(element, new Shape([.. dims])));
                var y = x.Type with { Shape = new Shape([dims[0], window.OutputHeight(dims[1], kh), window.OutputWidth(dims[2], kw), dims[3]]) };
                var activation = _random.Pick(Activations);
                Add($"{kh}x{kw} {activation}", new AveragePool2D(window, kh, kw, activation), y, Input(x));
                Add($"{kh}x{kw} {activation}", new MaxPool2D(window, kh, kw, activation), y, Input(x));
            }
            foreach (var other in new[] { element, ElementType.Int8, ElementType.Int16 })
            {
                Add("1,2", new Mean([1, 2], true), Type(other, [2, 1, 1, 6]), Input(Codes(Type(element, [2, 5, 3, 6]))));
                Add("0,2", new Mean([0, 2], false), Type(other, [3, 2]), Input(Codes(Type(element, [4, 3, 5, 2]))));
                Add("all", new Mean([0, 1], false), Type(other, []), Input(Codes(Type(element, [7, 9]))));
                Add("last", new Mean([1], false), Type(other, [9]), Input(Codes(Type(element, [9, 6]))));
                Add("none", new Mean([], false), Type(other, [11]), Input(Codes(Type(element, [11]))));
            }
        }
        AddSoftmaxes();
    }

    private void AddSoftmaxes()
    {
        var shapes = new (Shape Shape, int Axis)[] { ([1, 10], -1), ([3, 4, 7], -1), ([2, 5, 3], 1), ([1, 1], 1), ([1, 200], 1), ([1, 1000], 1) };
        foreach (var (shape, axis) in shapes)
        {
            foreach (var beta in new[] { 1.0, 0.37 })
            {
                foreach (var ex in ByteTypes)
                {
                    foreach (var ey in new[] { ex, ElementType.Int8, ElementType.UInt8, ElementType.Int16 }.Distinct())
                    {
                        var y = new TensorType(ey, shape, QuantParams.PerTensor(Math.ScaleB(1, -ey.Bits), (int)ey.MinCode));
                        Add($"beta {beta} axis {axis}", new Softmax(beta, axis), y, Input(Codes(Type(ex, shape, _random.Real(0.01, 0.3)))));
                    }
                }
                var wide = new TensorType(ElementType.Int16, shape, QuantParams.PerTensor(1.0 / 32768));
                Add($"beta {beta} axis {axis}", new Softmax(beta, axis), wide, Input(Codes(Type(ElementType.Int16, shape, _random.Real(0.00001, 0.0005)))));
            }
        }
    }

    private void AddMovement()
    {
        foreach (var element in MovedTypes)
        {
            var x = Any(element, [2, 3, 4, 5]);
            Add("", new Reshape([6, 20]), x.Type with { Shape = [6, 20] }, Input(x));
            var odd = Any(element, [1, 3, 3]);
            Add("", new Reshape([9]), odd.Type with { Shape = [9] }, Input(odd));
            foreach (var permutation in new int[][] { [0, 3, 1, 2], [3, 2, 1, 0], [0, 1, 2, 3], [1, 0, 2, 3] })
                Add(string.Join(',', permutation), new Transpose([.. permutation]), x.Type with { Shape = new Shape([.. permutation.Select(d => x.Type.Shape[d])]) }, Input(x));
            var fill = element.IsFloat ? 0.75 : element.MinCode + (element.Bits > 1 ? 1 : 0);
            Add("2d", new Pad([0, 1, 2, 0], [0, 2, 0, 0], fill), x.Type with { Shape = [2, 6, 6, 5] }, Input(x));
            Add("all", new Pad([1, 0, 1, 3], [0, 1, 1, 2], fill), x.Type with { Shape = [3, 4, 6, 10] }, Input(x));
            Add("none", new Pad([0, 0, 0, 0], [0, 0, 0, 0], fill), x.Type, Input(x));
            Add("forward", new StridedSlice([0, 1, 0, 1], [1, 1, 2, 3], [2, 2, 2, 2], [4, 4]), x.Type with { Shape = [4, 4] }, Input(x));
            Add("backward", new StridedSlice([1, 2, 3, 4], [-1, -2, -1, -3], [2, 2, 4, 2], [2, 2, 4, 2]), x.Type with { Shape = [2, 2, 4, 2] }, Input(x));
            Add("whole", new StridedSlice([0, 0, 0, 0], [1, 1, 1, 1], [2, 3, 4, 5], [2, 3, 4, 5]), x.Type, Input(x));
        }
        var wide = Tensor.FromWideCodes(new TensorType(ElementType.Int64, [2, 3]), [1, -2, long.MaxValue, long.MinValue, 5, -6]);
        Add("", new Transpose([1, 0]), wide.Type with { Shape = [3, 2] }, Input(wide));
    }

    private void AddConcats()
    {
        foreach (var element in CodeTypes)
        {
            var same = Type(element, [2, 3, 8]);
            Add("same", new Concat(2, Activation.None), same with { Shape = [2, 3, 16] },
                Input(Codes(same)), Input(Codes(same with { Shape = [2, 3, 5] })), Input(Codes(same with { Shape = [2, 3, 3] })));
            Add("rescaled", new Concat(1, Activation.None), Type(element, [2, 5, 3]),
                Input(Codes(Type(element, [2, 1, 3]))), Constant(Codes(Type(element, [2, 2, 3]))), Input(Codes(Type(element, [2, 2, 3]))));
            var eight = Enumerable.Range(1, 8).Select(n => Input(Codes(Type(element, [n, 2])))).ToArray();
            Add("eight relu", new Concat(0, Activation.Relu), Type(element, [36, 2]), eight);
            Add("one", new Concat(0, Activation.ReluN1To1), Type(element, [4]), Input(Codes(Type(element, [4]))));
        }
    }

    private Tensor Any(ElementType element, Shape shape) => element.IsFloat ? Floats(shape, 5) : Codes(Type(element, shape));
}
