using Brim.Core.IR;

namespace Brim.Quantize.Data;

/// <summary>Samples that can be read in any order by any thread, from files; nothing is kept in memory beyond what the format forces.</summary>
public abstract class DataSource : IDisposable
{
    /// <summary>Name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>Number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>Shape of one sample, without a batch dimension.</summary>
    public abstract Shape SampleShape { get; }

    /// <summary>Integer type that the samples come in and how its codes map to real numbers; null for real data.</summary>
    public virtual (ElementType Element, QuantParams Quant)? NativeType => null;

    /// <summary>Reads one sample as real numbers in the model's layout (NHWC).</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <param name="sample">As many elements as the shape has.</param>
    public abstract void Read(int index, Span<float> sample);

    /// <summary>Class of a sample; -1 where the set has no labels.</summary>
    public abstract int Label(int index);

    /// <summary>A fixed random choice of samples: of a shuffle by the seed those after the first few, in ascending order. All of them if there are no more.</summary>
    /// <param name="count">How many; fewer where the data end.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    /// <param name="skip">How many of the shuffle to leave to others: choices of one seed whose ranges do not overlap have no sample in common.</param>
    public DataSource Take(int count, int seed, int skip = 0)
    {
        if (skip == 0 && count >= Count)
            return this;
        var indices = Enumerable.Range(0, Count).ToArray();
        new Random(seed).Shuffle(indices);
        var chosen = indices[Math.Min(skip, Count)..(int)Math.Min((long)skip + count, Count)];
        Array.Sort(chosen);
        return new Subset(this, chosen);
    }

    /// <summary>The first samples.</summary>
    public DataSource First(int count) => count >= Count ? this : new Subset(this, [.. Enumerable.Range(0, count)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes files.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class Subset(DataSource whole, int[] indices) : DataSource
    {
        public override string Name => whole.Name;

        public override int Count => indices.Length;

        public override Shape SampleShape => whole.SampleShape;

        public override (ElementType Element, QuantParams Quant)? NativeType => whole.NativeType;

        public override void Read(int index, Span<float> sample) => whole.Read(indices[index], sample);

        public override int Label(int index) => whole.Label(indices[index]);

        protected override void Dispose(bool disposing)
        {
            whole.Dispose();
            base.Dispose(disposing);
        }
    }
}
