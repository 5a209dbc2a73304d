using Brim.Core.Diagnostics;

namespace Brim.Core.IR;

/// <summary>Checks what every pass may rely on: definitions before uses, shapes, element types and quantization.</summary>
public static class GraphVerifier
{
    /// <summary>Reports every violation.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="diagnostics">Receives BRIM2001 to BRIM2004.</param>
    /// <returns>True if there is none.</returns>
    public static bool Verify(Graph graph, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var own = new DiagnosticBag();
        var location = new SourceLocation(graph.Name);
        var defined = new HashSet<int>();
        foreach (var (id, value) in graph.Values)
        {
            if (value.Id != id)
                Malformed($"value {value.Id} is filed as {id}");
            if (value.Constant is { } constant && constant.Type != value.Type)
                Malformed($"constant '{value.Name}' of type {value.Type} holds {constant.Type}");
            if (value.IsConstant)
                defined.Add(id);
        }
        foreach (var id in graph.Inputs)
        {
            if (!graph.Values.ContainsKey(id) || !defined.Add(id))
                Malformed($"graph input {id} does not exist or is defined twice");
        }
        foreach (var node in graph.Nodes)
            VerifyNode(graph, node, defined, own);
        foreach (var id in graph.Outputs.Where(id => !defined.Contains(id)))
            Malformed($"graph output {id} is never defined");
        diagnostics.AddRange(own);
        return !own.HasErrors;

        void Malformed(string message) => own.Report(IrDiagnostics.MalformedGraph, location, message);
    }

    private static void VerifyNode(Graph graph, Node node, HashSet<int> defined, DiagnosticBag diagnostics)
    {
        var sound = true;
        foreach (var id in node.Inputs.Where(id => id != Value.None && !defined.Contains(id)))
            Malformed($"'{node.Name}' reads value {id} before it is defined");
        foreach (var id in node.Outputs)
        {
            if (!graph.Values.ContainsKey(id) || !defined.Add(id))
                Malformed($"'{node.Name}' defines value {id}, which does not exist or is defined already");
        }
        if (!sound)
            return;
        var before = diagnostics.Items.Count;
        var shapes = node.Op.InferShapes(graph.OperandTypes(node).AsSpan(), node.Location, diagnostics);
        if (diagnostics.Items.Count > before)
            return;
        if (shapes.Length != node.Outputs.Length)
        {
            Malformed($"'{node.Name}' has {node.Outputs.Length} results where {node.Op.Mnemonic} has {shapes.Length}");
            return;
        }
        for (var i = 0; i < shapes.Length; i++)
        {
            var declared = graph.TypeOf(node.Outputs[i]).Shape;
            if (declared != shapes[i])
            {
                diagnostics.Report(IrDiagnostics.ShapeMismatch, node.Location, $"{node.Op.Mnemonic}: result is [{shapes[i]}], declared [{declared}]");
                sound = false;
            }
        }
        if (sound)
            node.Op.Verify(graph, node, diagnostics);

        void Malformed(string message)
        {
            diagnostics.Report(IrDiagnostics.MalformedGraph, node.Location, message);
            sound = false;
        }
    }
}
