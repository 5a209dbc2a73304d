using Brim.Core.IR;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// Writes quantized graphs as QONNX: standard float operators, and a <c>Quant</c> node wherever a value becomes codes, as the QONNX project
/// defines it, so that other tools compute the same network in real numbers. Images are NCHW in the file. What real numbers do not say (how
/// accumulators are rounded, that the interface consists of codes) stands in the file's metadata, and <see cref="OnnxImporter"/> reads back
/// an integer graph with the same codes, bit for bit.
/// </summary>
public static class QonnxWriter
{
    /// <summary>The file.</summary>
    /// <param name="graph">A verified graph whose activations are codes of 1 to 8 or 16 bits, before zero points are folded into biases.</param>
    /// <exception cref="ArgumentException">The graph holds an operator or type that has no form in QONNX.</exception>
    public static byte[] Write(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new QonnxGraphWriter(graph).Write();
    }
}
