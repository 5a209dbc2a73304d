namespace Brim.Import.TfLite;

/// <summary>What a user can do about operators that whole classes of models contain.</summary>
internal static class UnsupportedOperatorAdvice
{
    /// <summary>A line of help for an unsupported operator; null where there is nothing to add.</summary>
    public static string? For(string operatorName) => operatorName switch
    {
        "CALL_ONCE" or "VAR_HANDLE" or "READ_VARIABLE" or "ASSIGN_VARIABLE" =>
            "the model keeps a state in variables: make the state an input and an output of the model",
        "IF" or "WHILE" or "CALL" or "STABLEHLO_WHILE" or "STABLEHLO_COMPOSITE" =>
            "the operator calls another subgraph: unroll loops and resolve conditions before converting",
        "LSTM" or "RNN" or "UNIDIRECTIONAL_SEQUENCE_RNN" or "BIDIRECTIONAL_SEQUENCE_LSTM" or "BIDIRECTIONAL_SEQUENCE_RNN" =>
            "unroll the recurrent layer (unroll=True in Keras) so that it consists of basic operators",
        "DELEGATE" => "the model was prepared for an accelerator: use the file from before that step",
        _ => null,
    };
}
