using System.Collections.Immutable;

namespace Brim.Compile.Program;

/// <summary>A constant C structure: type name and named fields, printed as a designated initializer.</summary>
/// <param name="TypeName">C type, e.g. <c>brim_conv2d_params</c>.</param>
/// <param name="Fields">Field names and values in declaration order. A value is an integer, a constant array's address or a nested structure.</param>
public sealed record CStruct(string TypeName, ImmutableArray<CField> Fields);
