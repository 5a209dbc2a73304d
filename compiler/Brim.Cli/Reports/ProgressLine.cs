using System.Diagnostics;
using System.Globalization;
using Brim.Quantize.Networks;

namespace Brim.Cli.Reports;

/// <summary>One line on standard error that says how far a long command is and how long its present stage will take; silent where that is redirected.</summary>
internal sealed class ProgressLine(TextWriter writer, string stage = "", int total = 0) : IProgress<int>, IProgress<QuantizationProgress>, IDisposable
{
    private const int MillisecondsBetweenUpdates = 200;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private string _stage = stage;
    private long _lastUpdate = -MillisecondsBetweenUpdates;
    private int _written;

    /// <inheritdoc/>
    public void Report(int value) => Report(new QuantizationProgress(_stage, value, total));

    /// <inheritdoc/>
    public void Report(QuantizationProgress value)
    {
        if (Console.IsErrorRedirected)
            return;
        lock (_lock)
        {
            if (value.Stage != _stage)
            {
                _stage = value.Stage;
                _watch.Restart();
                _lastUpdate = -MillisecondsBetweenUpdates;
            }
            if (_watch.ElapsedMilliseconds - _lastUpdate < MillisecondsBetweenUpdates)
                return;
            _lastUpdate = _watch.ElapsedMilliseconds;
            var left = TimeSpan.FromMilliseconds(_watch.ElapsedMilliseconds * (double)(value.Total - value.Done) / Math.Max(value.Done, 1));
            var text = value.Done == 0
                ? value.Stage
                : string.Create(CultureInfo.InvariantCulture, $"{value.Stage}: {value.Done} of {value.Total}, {(int)left.TotalMinutes}:{left.Seconds:00} left");
            Write(text);
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_written > 0)
            writer.Write("\r" + new string(' ', _written) + "\r");
    }

    private void Write(string text)
    {
        writer.Write("\r" + text.PadRight(_written));
        _written = text.Length;
    }
}
