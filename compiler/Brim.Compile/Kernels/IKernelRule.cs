using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>Says for which nodes a kernel can be used, and how to call it. Rules are tried in a target's order; the first that accepts wins.</summary>
public interface IKernelRule
{
    /// <summary>Rule name, shown in reports: <c>&lt;Library&gt;&lt;Op&gt;Rule</c>.</summary>
    string Name { get; }

    /// <summary>Accepts, or declines with a reason that a user understands.</summary>
    MatchResult Match(NodeView node);

    /// <summary>Packs constants and builds the call. Called only for accepted nodes.</summary>
    KernelCall Lower(NodeView node, LoweringContext context);
}
