namespace Brim.Testing;

/// <summary>A small seeded generator (Steele, Lea and Flood 2014) whose sequence never changes between runtimes.</summary>
public sealed class SplitMix64
{
    private ulong _state;

    /// <summary>Starts a sequence.</summary>
    public SplitMix64(ulong seed) => _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from low to high, both inclusive.</summary>
    public int Between(int low, int high) => (int)(low + (long)(Next() % (ulong)((long)high - low + 1)));

    /// <summary>A number in [low, high).</summary>
    public double Real(double low, double high) => low + ((Next() >> 11) * Math.ScaleB(1, -53) * (high - low));

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Between(1, times) == 1;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];
}
