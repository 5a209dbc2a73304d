using System.Diagnostics;
using System.Globalization;

namespace Brim.Cli.Reports;

/// <summary>One line on standard error that says how far a long command is and how long it will take; silent where that is redirected.</summary>
internal sealed class ProgressLine(TextWriter writer, int total) : IProgress<int>
{
    private const int MillisecondsBetweenUpdates = 200;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private long _lastUpdate = -MillisecondsBetweenUpdates;

    /// <inheritdoc/>
    public void Report(int value)
    {
        if (Console.IsErrorRedirected)
            return;
        lock (_lock)
        {
            if (value < total && _watch.ElapsedMilliseconds - _lastUpdate < MillisecondsBetweenUpdates)
                return;
            _lastUpdate = _watch.ElapsedMilliseconds;
            var left = TimeSpan.FromMilliseconds(_watch.ElapsedMilliseconds * (double)(total - value) / Math.Max(value, 1));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value} of {total}, {left:mm\\:ss} left "));
            if (value >= total)
                writer.Write("\r" + new string(' ', 40) + "\r");
        }
    }
}
