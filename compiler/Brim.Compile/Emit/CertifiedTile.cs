using System.Collections.Immutable;
using Brim.Compile.Accumulators;

namespace Brim.Compile.Emit;

/// <summary>Lanes of a certificate that run through the steps together.</summary>
/// <param name="Lanes">Output, lowest bit and width of each.</param>
/// <param name="Chunks">Chunks in order.</param>
internal sealed record CertifiedTile(ImmutableArray<TileLane> Lanes, ImmutableArray<CertifiedChunk> Chunks);

/// <summary>One chunk of a certificate.</summary>
/// <param name="Begin">First step.</param>
/// <param name="End">Step after the last.</param>
/// <param name="Lanes">Per lane the least and greatest value that the products add, and the start value.</param>
internal sealed record CertifiedChunk(int Begin, int End, ImmutableArray<(long Low, long High, long Start)> Lanes);
