using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite.Wire;

namespace Brim.Import.TfLite;

/// <summary>State of one import: the graph so far and what has been found.</summary>
internal sealed class ImportSession
{
    /// <summary>Stands for the value of a tensor whose definition failed.</summary>
    public const int NoValue = -2;

    private readonly string _fileName;
    private long _activationBytes;

    /// <summary>Starts an import of a subgraph.</summary>
    public ImportSession(string fileName, TensorTable tensors, Requantization requantization, DiagnosticBag diagnostics)
    {
        _fileName = fileName;
        Tensors = tensors;
        Requantization = requantization;
        Diagnostics = diagnostics;
        Editor = new GraphEditor(ModelName.FromFileName(fileName)) { Phase = GraphPhase.Imported };
    }

    /// <summary>The graph to be.</summary>
    public GraphEditor Editor { get; }

    /// <summary>The subgraph's tensors.</summary>
    public TensorTable Tensors { get; }

    /// <summary>How accumulators become codes.</summary>
    public Requantization Requantization { get; }

    /// <summary>Findings of this import.</summary>
    public DiagnosticBag Diagnostics { get; }

    /// <summary>Makes a tensor an input of the graph.</summary>
    public void AddInput(int index)
    {
        if (TensorAt(index, new SourceLocation(_fileName), "input of the model") is not { IsFailed: false } tensor)
            return;
        if (tensor.IsDefined)
        {
            Diagnostics.Report(ImportDiagnostics.BadOperands, tensor.Location, "an input of the model must not be a constant or appear twice");
            return;
        }
        for (var d = 1; d < tensor.OpenDimensions.Length; d++)
        {
            if (tensor.OpenDimensions[d])
            {
                Diagnostics.Report(ImportDiagnostics.DynamicDimension, tensor.Location,
                    $"dimension {d} of the input is open; {tensor.KnownType.Shape[d]} is used", "fix the input shape when converting the model");
            }
        }
        // An input is what it is declared to be, even where the file leaves it open.
        if (IsWithinLimits(tensor.KnownType, tensor.Location))
            tensor.ValueId = Editor.AddInput(tensor.Name, tensor.KnownType);
        else
            tensor.IsFailed = true;
        tensor.IsDefined = true;
    }

    /// <summary>Makes a tensor an output of the graph.</summary>
    public void AddOutput(int index)
    {
        if (TensorAt(index, new SourceLocation(_fileName), "output of the model") is not { IsFailed: false } tensor)
            return;
        if (!tensor.IsDefined)
        {
            Diagnostics.Report(ImportDiagnostics.BadOperands, tensor.Location, "nothing computes this output of the model");
            return;
        }
        if (ValueOf(tensor) is var id && id != NoValue)
            Editor.AddOutput(id);
    }

    /// <summary>Maps one operator.</summary>
    public void AddOperator(FlatTable table, int index, TfLiteOperatorCode code)
    {
        var outputIndices = table.Int32s(TfLiteFields.Operator.Outputs, "operator outputs") ?? [];
        var inputIndices = table.Int32s(TfLiteFields.Operator.Inputs, "operator inputs") ?? [];
        var location = LocationOf(index, code, outputIndices);
        var outputs = OutputsOf(outputIndices, location);
        if (MappingOf(code, location) is { } mapping
            && OptionsOf(table, mapping, location) is { } options
            && InputsOf(inputIndices, location) is { } inputs
            && outputs is { } results)
        {
            mapping.Map(new OperatorContext(this, location, options, inputs, results));
        }
        // Whatever was not defined has been reported; its readers are spared the consequences.
        foreach (var tensor in outputs ?? [])
        {
            tensor.IsFailed |= !tensor.IsDefined;
            tensor.IsDefined = true;
        }
    }

    /// <summary>Makes a tensor a result of a node; false, reported, if its shape is not the declared one or a limit is exceeded.</summary>
    public bool Define(ImportedTensor tensor, Shape shape, SourceLocation location)
    {
        if (!AgreesWithDeclaration(tensor, shape, location))
            return false;
        if (tensor.KnownType.Quant is { Axis: not null })
        {
            Diagnostics.Report(ImportDiagnostics.BadQuantization, location, $"the result {tensor} has scales per channel; activations have one scale");
            return false;
        }
        var type = tensor.KnownType with { Shape = shape };
        if (!IsWithinLimits(type, location))
            return false;
        tensor.Type = type;
        tensor.ValueId = Editor.AddValue(tensor.Name, type);
        tensor.IsDefined = true;
        return true;
    }

    /// <summary>True if a computed shape is the declared one wherever the file states one; else reported.</summary>
    public bool AgreesWithDeclaration(ImportedTensor tensor, Shape shape, SourceLocation location)
    {
        if (tensor.HasUnknownRank && tensor.KnownType.Shape.Rank == 0)
            return true;
        var declared = tensor.KnownType.Shape;
        var agrees = declared.Rank == shape.Rank;
        for (var d = 0; agrees && d < shape.Rank; d++)
            agrees = declared[d] == shape[d] || tensor.OpenDimensions[d];
        if (!agrees)
            Diagnostics.Report(ImportDiagnostics.ShapeMismatch, location, $"the result {tensor} is declared as [{declared}], but its shape is [{shape}]");
        return agrees;
    }

    /// <summary>Id of a tensor's value, made at need for constants; <see cref="NoValue"/> if its definition failed.</summary>
    public int ValueOf(ImportedTensor tensor)
    {
        if (tensor.ValueId is { } id)
            return id;
        if (Tensors.ConstantOf(tensor) is not { } constant)
            return NoValue;
        tensor.ValueId = Editor.AddConstant(tensor.Name, constant);
        return tensor.ValueId.Value;
    }

    private bool IsWithinLimits(TensorType type, SourceLocation location)
    {
        if (type.Shape.Contains(0))
        {
            Diagnostics.Report(ImportDiagnostics.BadOperands, location, $"a tensor of shape [{type.Shape}] has no elements");
            return false;
        }
        if (!TensorTable.Fits(type.Shape.Dimensions, type.Element) || type.Shape.Rank > ImportLimits.Rank)
        {
            Diagnostics.Report(ImportDiagnostics.LimitExceeded, location,
                $"{type.Element}[{type.Shape}] exceeds {ImportLimits.TensorBytes >> 20} MiB or {ImportLimits.Rank} dimensions");
            return false;
        }
        var exceeded = _activationBytes > ImportLimits.ActivationBytes;
        _activationBytes += type.Bytes;
        if (_activationBytes <= ImportLimits.ActivationBytes)
            return true;
        if (!exceeded)
            Diagnostics.Report(ImportDiagnostics.LimitExceeded, location, $"the activations of the model together exceed {ImportLimits.ActivationBytes >> 20} MiB");
        return false;
    }

    private ImportedTensor? TensorAt(int index, SourceLocation location, string role)
    {
        if (index >= 0 && index < Tensors.Count)
            return Tensors[index];
        Diagnostics.Report(ImportDiagnostics.BadOperands, location, $"an {role} is tensor {index} of {Tensors.Count}");
        return null;
    }

    private SourceLocation LocationOf(int index, TfLiteOperatorCode code, int[] outputs)
    {
        var name = outputs.Length > 0 && outputs[0] >= 0 && outputs[0] < Tensors.Count ? $" '{Tensors[outputs[0]].Name}'" : "";
        return new SourceLocation(_fileName, string.Create(CultureInfo.InvariantCulture, $"op #{index} {code.Name}{name}"));
    }

    private OperatorMapping? MappingOf(TfLiteOperatorCode code, SourceLocation location)
    {
        if (code.Builtin == BuiltinOperatorNames.Custom)
        {
            Diagnostics.Report(ImportDiagnostics.CustomOperator, location, $"custom operator '{code.CustomName}' is not supported");
            return null;
        }
        if (TfLiteOpCatalog.Find(code.Builtin) is not { } mapping)
        {
            Diagnostics.Report(ImportDiagnostics.UnsupportedOperator, location, $"{code.Name} (version {code.Version}) is not supported", UnsupportedOperatorAdvice.For(code.Name));
            return null;
        }
        if (code.Version >= 1 && code.Version <= mapping.MaxVersion)
            return mapping;
        Diagnostics.Report(ImportDiagnostics.UnsupportedOperatorVersion, location, $"version {code.Version} of {code.Name} is not supported, supported are 1 to {mapping.MaxVersion}");
        return null;
    }

    private FlatTable? OptionsOf(FlatTable table, OperatorMapping mapping, SourceLocation location)
    {
        var tag = table.UInt8(TfLiteFields.Operator.OptionsType);
        if (tag == 0 || mapping.Options == BuiltinOptions.None)
            return default(FlatTable);
        if (tag == (byte)mapping.Options)
            return table.Table(TfLiteFields.Operator.Options, "operator options");
        Diagnostics.Report(ImportDiagnostics.UnsupportedOption, location, $"the operator's options are of kind {tag}, those of {mapping.Name} have kind {(int)mapping.Options}");
        return null;
    }

    private ImmutableArray<ImportedTensor?>? InputsOf(int[] indices, SourceLocation location)
    {
        var sound = true;
        var inputs = ImmutableArray.CreateBuilder<ImportedTensor?>(indices.Length);
        foreach (var index in indices)
        {
            var tensor = index == -1 ? null : TensorAt(index, location, "input");
            inputs.Add(tensor);
            if (index == -1)
                continue;
            if (tensor is { IsDefined: false, IsFailed: false })
            {
                Diagnostics.Report(ImportDiagnostics.BadOperands, location, $"the input {tensor} (tensor {index}) is read before anything defines it");
                tensor.IsFailed = true;
            }
            sound &= tensor is { Type: not null };
        }
        return sound ? inputs.MoveToImmutable() : null;
    }

    private ImmutableArray<ImportedTensor>? OutputsOf(int[] indices, SourceLocation location)
    {
        var sound = true;
        var outputs = ImmutableArray.CreateBuilder<ImportedTensor>(indices.Length);
        foreach (var index in indices)
        {
            if (TensorAt(index, location, "output") is not { } tensor)
            {
                sound = false;
                continue;
            }
            if (tensor.IsDefined || outputs.Contains(tensor))
            {
                Diagnostics.Report(ImportDiagnostics.BadOperands, location, $"the output {tensor} (tensor {index}) is already defined as a constant, an input or another result");
                sound = false;
            }
            outputs.Add(tensor);
            sound &= tensor.Type is not null;
        }
        return sound ? outputs.ToImmutable() : null;
    }
}
