namespace Brim.Bench;

/// <summary>A benchmark network and what other tools need for it (see peers.yaml).</summary>
internal sealed class Peer
{
    public string Network { get; set; } = "";

    public string Model { get; set; } = "";

    public long TflmCmsisInstructions { get; set; }

    public long TflmCmsisCycles { get; set; }

    /// <summary>The same on a Cortex-M55, with CMSIS-NN's vector kernels.</summary>
    public long TflmVectorInstructions { get; set; }

    public long TflmReferenceInstructions { get; set; }

    public long BestPublishedCycles { get; set; }

    public long TflmArenaBytes { get; set; }

    public long InstructionGoal { get; set; }

    public long LaneInstructionGoal { get; set; }
}
