using System.Text;
using Brim.Bench.Layers;

namespace Brim.Bench;

/// <summary>The performance page.</summary>
internal static class PerformanceReport
{
    public static string Write(List<LayerResult> layers, List<Peer> peers, List<Measurement> networks, List<Measurement> quantized, string[] targets, string root)
    {
        var text = new StringBuilder()
            .Append("# Performance\n\n")
            .Append("Made by `make bench`; do not edit. Every output byte equals the reference interpreter's. Instructions are retired instructions under QEMU, exact. Cycles are\n")
            .Append("modelled: the core manual's instruction costs applied to the executed trace (M7 and M55: an upper bound, as for single issue).\n");
        LayerReport.Write(text, layers);
        QuantizedNetworks.Write(text, peers, quantized, root);
        NetworkReport.Write(text, peers, networks, targets);
        return text.ToString();
    }
}
