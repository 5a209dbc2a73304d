using System.Collections.Immutable;
using System.Globalization;

namespace Brim.Testing;

/// <summary>A model with outputs recorded from TensorFlow Lite Micro's reference kernels (the data set's <c>golden</c> folder).</summary>
public sealed class GoldenModel
{
    private readonly string _folder;
    private readonly byte[] _outputs;

    private GoldenModel(string folder)
    {
        _folder = folder;
        Name = Path.GetFileName(folder);
        var lines = File.ReadAllLines(Path.Combine(folder, "io.txt"));
        InputBytes = [.. lines.Where(l => l.StartsWith("input", StringComparison.Ordinal)).Select(BytesOf)];
        OutputBytes = BytesOf(lines.Single(l => l.StartsWith("output 0", StringComparison.Ordinal)));
        Count = int.Parse(lines.Single(l => l.StartsWith("count", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
        _outputs = File.ReadAllBytes(Path.Combine(folder, "outputs.bin"));
        if (_outputs.Length != Count * OutputBytes)
            throw new InvalidOperationException($"{Name}: {_outputs.Length} recorded bytes for {Count} outputs of {OutputBytes}");
    }

    /// <summary>Name of the folder.</summary>
    public string Name { get; }

    /// <summary>Number of recorded inferences.</summary>
    public int Count { get; }

    /// <summary>Bytes of each input tensor.</summary>
    public ImmutableArray<int> InputBytes { get; }

    /// <summary>Bytes of output 0.</summary>
    public int OutputBytes { get; }

    /// <summary>Full path of the model.</summary>
    public string ModelPath => Path.Combine(_folder, "model.tflite");

    /// <summary>Names of all recorded models in ordinal order; empty without the data set.</summary>
    public static ImmutableArray<string> Names { get; } = TestData.Root is { } root && Directory.Exists(Path.Combine(root, "golden"))
        ? [.. Directory.GetDirectories(Path.Combine(root, "golden")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Opens a recorded model; skips the test where the data set is missing.</summary>
    public static GoldenModel Open(string name) => new(TestData.Require(Path.Combine("golden", name)));

    /// <summary>Bytes of all inputs of one inference.</summary>
    public ImmutableArray<byte[]> Inputs(int inference) => Name switch
    {
        "ic" => [CifarImage(inference)],
        "kws" => [Slice(TestData.Require("kws01/features_1000x490_int8.bin"), 490L * inference, 490)],
        _ => PseudoRandom(inference),
    };

    /// <summary>The recorded bytes of output 0 of one inference.</summary>
    public ReadOnlySpan<byte> Output(int inference) => _outputs.AsSpan(inference * OutputBytes, OutputBytes);

    // Test image n as NHWC RGB, 128 subtracted: the file holds a label byte and three planes an image.
    private static byte[] CifarImage(int inference)
    {
        const int pixels = 32 * 32;
        var planes = Slice(TestData.Require("cifar10/test_batch.bin"), (inference * (1L + (3 * pixels))) + 1, 3 * pixels);
        var image = new byte[planes.Length];
        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)(planes[(i % 3 * pixels) + (i / 3)] - 128);
        return image;
    }

    private ImmutableArray<byte[]> PseudoRandom(int inference)
    {
        var state = 12345u + (uint)inference;
        var inputs = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var size in InputBytes)
        {
            var bytes = new byte[size];
            for (var i = 0; i < size; i++)
            {
                state = (state * 1664525) + 1013904223;
                bytes[i] = (byte)(state >> 24);
            }
            inputs.Add(bytes);
        }
        return inputs.ToImmutable();
    }

    private static byte[] Slice(string path, long offset, int length)
    {
        using var file = File.OpenRead(path);
        file.Position = offset;
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static int BytesOf(string line)
    {
        var words = line.Split(' ');
        return int.Parse(words[Array.IndexOf(words, "bytes") + 1], CultureInfo.InvariantCulture);
    }
}
