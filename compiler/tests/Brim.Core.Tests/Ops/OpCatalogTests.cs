using System.Runtime.CompilerServices;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.Ops;

public class OpCatalogTests
{
    [Fact]
    public void Every_operator_is_listed_under_its_mnemonic()
    {
        var concrete = typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract).ToHashSet();
        Assert.Equal(concrete.Count, OpCatalog.All.Length);
        foreach (var (mnemonic, type) in OpCatalog.All)
        {
            Assert.Contains(type, concrete);
            Assert.Equal(mnemonic, ((Op)RuntimeHelpers.GetUninitializedObject(type)).Mnemonic);
        }
    }

    [Fact]
    public void Operators_are_equal_by_content()
    {
        (Func<Op> Make, Op Other)[] cases =
        [
            (() => new Mean([1, 2], true), new Mean([1], true)),
            (() => new Transpose([0, 2, 1]), new Transpose([0, 1, 2])),
            (() => new Pad([0, 1], [2, 0], 3), new Pad([0, 1], [2, 1], 3)),
            (() => new StridedSlice([0], [2], [3], [3]), new StridedSlice([0], [1], [3], [3])),
            (() => new Reshape([2, 3]), new Reshape([3, 2])),
            (() => new Conv2D(new Window2D(2), Activation.Relu, Requantization.Single), new Conv2D(new Window2D(1), Activation.Relu, Requantization.Single)),
        ];
        foreach (var (make, other) in cases)
        {
            Assert.Equal(make(), make());
            Assert.Equal(make().GetHashCode(), make().GetHashCode());
            Assert.NotEqual(make(), other);
            Assert.Equal(make().Attributes, make().Attributes);
            Assert.NotEqual(make().Attributes, other.Attributes);
        }
    }
}
