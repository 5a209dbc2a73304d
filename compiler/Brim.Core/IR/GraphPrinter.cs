using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Brim.Core.IR;

/// <summary>
/// Prints a graph as stable text, one line a value, in an order that only the graph decides. Constants of at most 16 elements are printed
/// in full, larger ones as a hash of their bytes, so that two prints are equal exactly where the graphs compute the same.
/// </summary>
public static class GraphPrinter
{
    private const int InlineElements = 16;

    /// <summary>The text, lines ended by <c>\n</c>.</summary>
    public static string Print(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"graph {graph.Name} phase={graph.Phase}\n");
        foreach (var id in graph.Inputs)
            text.Append(CultureInfo.InvariantCulture, $"%{id} = input : {Describe(graph.TypeOf(id))}  # {graph[id].Name}\n");
        foreach (var value in graph.Values.Values.Where(v => v.IsConstant))
            text.Append(CultureInfo.InvariantCulture, $"%{value.Id} = constant {Describe(value.Constant!)} : {Describe(value.Type)}  # {value.Name}\n");
        foreach (var node in graph.Nodes)
        {
            var results = string.Join(", ", node.Outputs.Select(id => $"%{id}"));
            var operands = string.Join(", ", node.Inputs.Select(id => id == Value.None ? "none" : $"%{id}"));
            var types = string.Join(", ", node.Outputs.Select(id => Describe(graph.TypeOf(id))));
            var attributes = node.Op.Attributes.Length == 0 ? "" : $" {{{node.Op.Attributes}}}";
            text.Append(CultureInfo.InvariantCulture, $"{results} = {node.Op.Mnemonic}({operands}){attributes} : {types}  # {node.Name}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"output {string.Join(", ", graph.Outputs.Select(id => $"%{id}"))}\n");
        return text.ToString();
    }

    private static string Describe(TensorType type)
    {
        if (type.Quant is not { IsPerTensor: false } quant)
            return type.ToString();
        var scales = string.Join(',', quant.Scales.Select(s => s.ToString("R", CultureInfo.InvariantCulture)));
        var zeroPoints = quant.ZeroPoints.All(z => z == 0) ? "0" : string.Join(',', quant.ZeroPoints);
        return quant.Scales.Length <= InlineElements
            ? $"{type.Element}[{type.Shape}] axis={quant.Axis} scales={scales} zp={zeroPoints}"
            : $"{type.Element}[{type.Shape}] axis={quant.Axis} scales={Hash(Encoding.ASCII.GetBytes(scales))} zp={zeroPoints}";
    }

    private static string Describe(Tensor tensor)
    {
        if (tensor.Type.Shape.ElementCount > InlineElements)
            return Hash(tensor.ToBytes());
        var elements = Enumerable.Range(0, (int)tensor.Type.Shape.ElementCount).Select(i => tensor.Type.Element.IsFloat
            ? tensor.Floats[i].ToString("R", CultureInfo.InvariantCulture)
            : tensor.CodeAt(i).ToString(CultureInfo.InvariantCulture));
        return $"[{string.Join(',', elements)}]";
    }

    private static string Hash(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
}
