using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Import;

/// <summary>Diagnostics 1xxx: reading model files.</summary>
public static class ImportDiagnostics
{
    /// <summary>The file is of another format.</summary>
    public static readonly DiagnosticDescriptor NotTfLite = new("BRIM1001", Severity.Error,
        "the file is not a TensorFlow Lite model",
        "A TensorFlow Lite model carries the identifier TFL3 at byte 4. Check that the file is a .tflite file and that it was downloaded completely (a Git LFS pointer is a text file of about 130 bytes).");

    /// <summary>The file's structure is broken.</summary>
    public static readonly DiagnosticDescriptor MalformedFile = new("BRIM1002", Severity.Error,
        "the model file is malformed",
        "An offset, length or index of the file points outside of the file or contradicts another one. The file is truncated or damaged, or the program that wrote it has a defect. Convert or download the model again.");

    /// <summary>Schema version.</summary>
    public static readonly DiagnosticDescriptor UnsupportedSchemaVersion = new("BRIM1003", Severity.Error,
        "the schema version of the model file is not supported",
        "Files of TensorFlow Lite schema version 3 (including 3a, 3b and 3c) are read; every converter since 2018 writes this version. Convert the model again.");

    /// <summary>Builtin operator without a mapping.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOperator = new("BRIM1004", Severity.Error,
        "the operator is not supported",
        "The model uses a builtin operator that has no counterpart in this compiler. All such operators of a model are reported in one run. Replace it in the training code by supported ones, or cut the model before it and compute the rest in the application.");

    /// <summary>Custom operator.</summary>
    public static readonly DiagnosticDescriptor CustomOperator = new("BRIM1005", Severity.Error,
        "custom operators are not supported",
        "A custom operator is defined by code that is not part of the model file. Replace it by builtin operators, or cut the model before it.");

    /// <summary>Attribute value.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOption = new("BRIM1006", Severity.Error,
        "an option of the operator is not supported",
        "The operator itself is supported, but not with this value of an option, or the value is not one that the format defines.");

    /// <summary>Element types.</summary>
    public static readonly DiagnosticDescriptor UnsupportedType = new("BRIM1007", Severity.Error,
        "the element type is not supported here",
        "Supported are int8 activations with int8 or int4 weights, int16 activations with int8 weights, and float32. Models of the older uint8 scheme: convert them again with int8 (the converter's default for full integer quantization).");

    /// <summary>Operator version.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOperatorVersion = new("BRIM1008", Severity.Error,
        "the operator's version is newer than this compiler",
        "The version of an operator rises when it gains options or types. A version unknown to the compiler may mean something else than what it would compute. Convert the model with an older converter, or update the compiler.");

    /// <summary>Quantization parameters.</summary>
    public static readonly DiagnosticDescriptor BadQuantization = new("BRIM1009", Severity.Error,
        "quantization parameters are missing or not valid",
        "Integer tensors need a finite positive scale and a zero point within the codes of their type; weights and biases need zero point 0; scales per channel must run along the output channels, one for each; some operators fix the parameters of their result. The quantization specification of TensorFlow Lite states the rules.");

    /// <summary>Operands.</summary>
    public static readonly DiagnosticDescriptor BadOperands = new("BRIM1010", Severity.Error,
        "the operator's operands are not valid",
        "The number of inputs or outputs does not fit the operator, an index names no tensor, a tensor is read before anything wrote it or written twice, or the shapes contradict the operator's definition.");

    /// <summary>Limits.</summary>
    public static readonly DiagnosticDescriptor LimitExceeded = new("BRIM1011", Severity.Error,
        "a size exceeds the limits of the compiler",
        $"Limits: {ImportLimits.TensorBytes >> 20} MiB for a tensor, {ImportLimits.ActivationBytes >> 20} MiB for all activations together, {ImportLimits.ConstantBytes >> 20} MiB for all constants together, 8 dimensions, 65536 operators. They lie far above what a microcontroller holds; a file that exceeds them is most likely damaged.");

    /// <summary>Operand that must be constant.</summary>
    public static readonly DiagnosticDescriptor NotConstant = new("BRIM1012", Severity.Error,
        "an operand must be a constant",
        "Weights, biases, axes, paddings, target shapes and slice bounds must be known at compile time: stored in the file, or computed by shape arithmetic from constants and static shapes.");

    /// <summary>Dynamic dimension other than the batch.</summary>
    public static readonly DiagnosticDescriptor DynamicDimension = new("BRIM1013", Severity.Warning,
        "an unknown dimension is taken from the file's default shape",
        "The model leaves a dimension of an input open. Firmware has static shapes, so the default of the file (mostly 1) is used. The leading (batch) dimension is set to it silently; for others this is reported, because 1 is rarely what is meant. Fix the input shape when converting.");

    /// <summary>Declared shape.</summary>
    public static readonly DiagnosticDescriptor ShapeMismatch = new("BRIM1014", Severity.Error,
        "the declared shape of a tensor contradicts its operator",
        "The shape that the file states for a result is not the one that follows from the operator, its options and its operands. The file is inconsistent.");

    /// <summary>Format features.</summary>
    public static readonly DiagnosticDescriptor UnsupportedFeature = new("BRIM1015", Severity.Error,
        "the model uses a feature of the format that is not supported",
        "Variables and other state, control flow and calls of other subgraphs, sparse tensors, and data stored outside of the FlatBuffer are not supported.");

    /// <summary>Weights-only quantization.</summary>
    public static readonly DiagnosticDescriptor HybridWeights = new("BRIM1016", Severity.Note,
        "integer weights of a float operator are converted to float",
        "The operator has float activations and integer weights (dynamic range quantization). TensorFlow Lite quantizes the activations while it runs; this compiler computes with the weights' real values instead. Quantize the model fully to get integer arithmetic.");

    /// <summary>Constant data.</summary>
    public static readonly DiagnosticDescriptor BadConstant = new("BRIM1017", Severity.Error,
        "the data of a constant is not valid",
        "The number of bytes of a constant does not fit its shape and type, or its values are not ones that the operator accepts there.");

    /// <summary>The file is no ONNX model.</summary>
    public static readonly DiagnosticDescriptor NotOnnx = new("BRIM1101", Severity.Error,
        "the file is not a readable ONNX model",
        "An ONNX model is a serialized ModelProto message with a graph. Check that the file is a .onnx file and that it was downloaded completely (a Git LFS pointer is a text file of about 130 bytes).");

    /// <summary>Operator set.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOpset = new("BRIM1102", Severity.Error,
        "the operator set of the ONNX model is not supported",
        "The version of the operator set fixes what operators mean. Versions 9 to 25 of the standard set are read. Export the model again with one of them (opset_version=17 is a good choice).");

    /// <summary>Element types of ONNX.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOnnxType = new("BRIM1103", Severity.Error,
        "the element type is not supported here",
        "Activations and weights of ONNX models are float32, or codes of at most 16 bits between QuantizeLinear, DequantizeLinear and QLinear operators; int32, int64 and bool appear in biases and shape arithmetic only. Export the model in float32.");

    /// <summary>Parameters of Quant nodes.</summary>
    public static readonly DiagnosticDescriptor BadQuantNode = new("BRIM1104", Severity.Error,
        "the parameters of a quantization node are not supported",
        "QuantizeLinear, DequantizeLinear, Quant and BipolarQuant nodes need constant finite positive scales, integer zero points within the range of codes (0 for weights), and a constant whole bit width: 1 to 8 or 16 for activations, 1 to 8 for weights. Activations have one scale, weights one or one for each output channel.");

    /// <summary>Input shapes.</summary>
    public static readonly DiagnosticDescriptor UnknownInputShape = new("BRIM1105", Severity.Error,
        "the shape of a model input is not known",
        "Firmware has static shapes. The leading (batch) dimension of an input may be open and is then 1; every other one must be stated in the file. Fix the input shape when exporting.");

    /// <summary>Ties.</summary>
    public static readonly DiagnosticDescriptor TiesAwayFromZero = new("BRIM1106", Severity.Note,
        "values half way between two codes are rounded away from zero",
        "QuantizeLinear, and Quant nodes with rounding mode ROUND, take values that lie exactly half way between two codes to the even one. This compiler takes them away from zero when it quantizes floats. Other values are not affected.");

    /// <summary>Quantized layers that stay float.</summary>
    public static readonly DiagnosticDescriptor QuantizedLayerStaysFloat = new("BRIM1107", Severity.Note,
        "a layer with quantized weights is computed in float",
        "The layer's weights are quantized, but the layer has no integer form: its result or its input is not quantized, its weights have no zero point 0, or (QONNX) its scales and biases do not meet on one integer grid, so that no integer form gives exactly the codes that the model defines. It is computed in float with the weights' real values, as the model defines it.");

    /// <summary>Format features of ONNX.</summary>
    public static readonly DiagnosticDescriptor UnsupportedOnnxFeature = new("BRIM1108", Severity.Error,
        "the model uses a feature of ONNX that is not supported",
        "Data in other files, subgraphs (control flow), sparse tensors, sequences, and functions defined by the model are not supported. Save the model into one file and simplify it (onnxsim) before importing.");

    /// <summary>Results that the model leaves real.</summary>
    public static readonly DiagnosticDescriptor ResultQuantizedByOperator = new("BRIM1109", Severity.Note,
        "an operator without a quantization behind it is computed on codes",
        "The model (QDQ) quantizes the operand of a softmax, sigmoid or tanh but not its result. The result's range is known, so the operator is computed on codes with the scale that covers this range, and its codes become real numbers: 8-bit operands give a result in steps of 1/256 (tanh: 1/128).");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        NotTfLite, MalformedFile, UnsupportedSchemaVersion, UnsupportedOperator, CustomOperator, UnsupportedOption, UnsupportedType,
        UnsupportedOperatorVersion, BadQuantization, BadOperands, LimitExceeded, NotConstant, DynamicDimension, ShapeMismatch,
        UnsupportedFeature, HybridWeights, BadConstant,
        NotOnnx, UnsupportedOpset, UnsupportedOnnxType, BadQuantNode, UnknownInputShape, TiesAwayFromZero, QuantizedLayerStaysFloat, UnsupportedOnnxFeature, ResultQuantizedByOperator,
    ];
}
