using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>
/// Transpose. Between NCHW and NHWC it often moves nothing: an image that the model turns into NHWC lies so already, and one that it
/// turns into NCHW comes from there.
/// </summary>
internal sealed class TransposeMapping() : NodeMapping("Transpose", ["perm"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    private static readonly int[] ToChannelsLast = [0, 2, 3, 1];

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var x = context.Input(0);
        var stated = context.Ints("perm");
        var perm = stated is { } p && p.All(d => d is >= 0 and < ImportLimits.Rank) ? [.. p.Select(d => (int)d)] : Enumerable.Range(0, x.Shape.Rank).Reverse().ToArray();
        if ((stated is { } s && s.Length != perm.Length) || !perm.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank)) || (stated is { } q && !q.SequenceEqual(perm.Select(d => (long)d))))
        {
            context.Report(ImportDiagnostics.BadOperands, $"[{string.Join(',', stated ?? [])}] is no permutation of the dimensions of {x} [{x.Shape}]");
            return;
        }
        if (x.Constant is { } constant)
        {
            var op = new Transpose([.. perm]);
            var axis = x.Codes?.Type.Quant?.Axis is { } old ? Array.IndexOf(perm, old) : (int?)null;
            context.SetConstant(context.Session.Evaluate(op, [constant], context.Location),
                x.Codes is null ? null : context.Session.Evaluate(op, [x.Codes], context.Location, axis));
            return;
        }
        MapActivation(context, x, perm);
    }

    private static void MapActivation(NodeContext context, OnnxValue x, int[] perm)
    {
        Shape result = [.. perm.Select(d => x.Shape[d])];
        int? id = x.Order == StorageOrder.FlatChannelsLast ? context.Session.Plain(x, context.Location) : x.Id;
        if (id is null)
            return;
        // Position of the model's dimensions in the stored order.
        int[] stored = x.Order == StorageOrder.ChannelsLast ? [0, 3, 1, 2] : [.. Enumerable.Range(0, perm.Length)];
        int[] plain = [.. perm.Select(d => stored[d])];
        if (IsIdentity(plain))
        {
            context.Set(id, result);
            return;
        }
        if (perm.Length == 4)
        {
            int[] last = [.. ToChannelsLast.Select(d => plain[d])];
            if (IsIdentity(last) || x.Order == StorageOrder.ChannelsLast)
            {
                context.Set(IsIdentity(last) ? id : context.Add(new Transpose([.. last]), id), result, StorageOrder.ChannelsLast);
                return;
            }
        }
        context.Set(context.Add(new Transpose([.. plain]), id), result);
    }

    private static bool IsIdentity(int[] permutation) => permutation.SequenceEqual(Enumerable.Range(0, permutation.Length));
}
