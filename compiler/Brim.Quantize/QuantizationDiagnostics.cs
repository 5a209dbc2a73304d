using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Quantize;

/// <summary>Diagnostics 3xxx: data, calibration, quantization and evaluation.</summary>
public static class QuantizationDiagnostics
{
    /// <summary>A data specification that cannot be read.</summary>
    public static readonly DiagnosticDescriptor BadDataSpec = new("BRIM3001", Severity.Error,
        "the data specification is not understood",
        "Data are given as cifar10:DIR, mnist:DIR, raw:FILE.bin,LABELS.csv[,key=value...] or npy:X.npy,Y.npy.");

    /// <summary>A data file that is missing or malformed.</summary>
    public static readonly DiagnosticDescriptor BadDataFile = new("BRIM3002", Severity.Error,
        "a data file is missing or malformed",
        "The file named in the data specification does not exist or does not have the declared format.");

    /// <summary>Samples that do not fit the model's input.</summary>
    public static readonly DiagnosticDescriptor DataDoesNotFit = new("BRIM3003", Severity.Error,
        "the data do not fit the model's input",
        "Each sample must have as many elements as the model's input.");

    /// <summary>Labels that do not fit the model's output.</summary>
    public static readonly DiagnosticDescriptor UnusableLabels = new("BRIM3004", Severity.Error,
        "the labels do not fit the model's output",
        "A classifier is measured against labels from 0 to its number of outputs less one; a model whose output has the size of its input is measured against that, without labels.");

    /// <summary>Calibration on the samples that evaluation reads.</summary>
    public static readonly DiagnosticDescriptor CalibratesOnTest = new("BRIM3005", Severity.Warning,
        "the data have no training part, so calibration reads the test part",
        "Labels are not read, but an accuracy measured on the same samples is a little too good. Put the set's training files beside its test files.");

    /// <summary>A float operator that cannot be made integer.</summary>
    public static readonly DiagnosticDescriptor UnquantizableOperator = new("BRIM3010", Severity.Error,
        "the operator cannot be quantized",
        "The quantizer has no integer form for this operator with these operands.");

    /// <summary>A width assignment that does not fit the model.</summary>
    public static readonly DiagnosticDescriptor BadWidthAssignment = new("BRIM3011", Severity.Error,
        "the width assignment does not fit the model",
        "A layer is named that the model does not have, or a width or method is outside of what is supported.");

    /// <summary>A layer whose sums no weights can keep within the accumulator.</summary>
    public static readonly DiagnosticDescriptor AccumulatorTooNarrow = new("BRIM3012", Severity.Error,
        "the accumulator is too narrow for the layer",
        "No weights of two bits or more keep the layer's sums, bias included, within the accumulator. Give the layer a wider one, narrower activations, or a method without a bound.");

    /// <summary>A search whose budget no widths keep.</summary>
    public static readonly DiagnosticDescriptor BudgetTooSmall = new("BRIM3020", Severity.Error,
        "no widths keep the budget",
        "Even the narrowest widths of every layer cost more than the budget of the search.");

    /// <summary>A recipe names a layer that the model does not have.</summary>
    public static readonly DiagnosticDescriptor UnknownLayer = new("BRIM3101", Severity.Error,
        "a recipe names a layer that the model does not have",
        "Layers are named as `brim inspect` and the report of `brim quantize` print them.");

    /// <summary>A recipe asks for training that the network does not allow.</summary>
    public static readonly DiagnosticDescriptor TrainingNotPossible = new("BRIM3102", Severity.Error,
        "the recipe's training is not possible here",
        "Adaptation and matching need a backward pass of every operator of the network.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        [BadDataSpec, BadDataFile, DataDoesNotFit, UnusableLabels, CalibratesOnTest, UnquantizableOperator, BadWidthAssignment, AccumulatorTooNarrow, BudgetTooSmall, UnknownLayer, TrainingNotPossible];
}
