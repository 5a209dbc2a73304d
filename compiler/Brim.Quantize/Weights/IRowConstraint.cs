namespace Brim.Quantize.Weights;

/// <summary>The state of a constraint along one output channel. Columns may come in any order, each once until it is released.</summary>
public interface IRowConstraint
{
    /// <summary>A change of the value in units of the scale before it is rounded, e.g. a soft threshold.</summary>
    double Shrink(int column, double value);

    /// <summary>The codes that are still allowed at a column; 0 always is.</summary>
    (int Min, int Max) Allowed(int column);

    /// <summary>Records the code chosen at a column.</summary>
    void Commit(int column, int code);

    /// <summary>Takes back the code recorded at a column, so that another one can be chosen there. The code taken back is still allowed.</summary>
    void Release(int column, int code);
}
