using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>Says for which nodes a kernel can be used, and how to call it. The cheapest of all rules' candidates wins.</summary>
public interface IKernelRule
{
    /// <summary>Rule name, shown in reports: <c>&lt;Library&gt;&lt;Op&gt;Rule</c>.</summary>
    string Name { get; }

    /// <summary>True if the rule is tried only for nodes that no other rule accepts.</summary>
    bool IsLastResort => false;

    /// <summary>Accepts, or declines with a reason that a user understands.</summary>
    MatchResult Match(NodeView node);

    /// <summary>Packs constants and builds the call. Called only for accepted nodes.</summary>
    KernelCall Lower(NodeView node, LoweringContext context);

    /// <summary>All ways in which the rule can compute a node, and those it refuses, with reasons. One unless a rule says otherwise.</summary>
    ImmutableArray<KernelCandidate> Candidates(NodeView node, LoweringContext context)
    {
        var match = Match(node);
        return [match.Accepted ? KernelCandidate.Of(Name, Lower(node, context)) : KernelCandidate.Refused(Name, match.Reason ?? "declined") with { IsOtherOperator = match.IsOtherOperator }];
    }
}
