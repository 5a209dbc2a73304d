using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Brim.Core.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Brim.Yaml;

/// <summary>
/// One mapping of a YAML file, read key by key. Problems are reported with file and line; keys that nobody asked for are reported by
/// <see cref="RejectUnknownKeys"/>, which every reader calls last.
/// </summary>
public sealed class YamlSection
{
    private readonly string _file;
    private readonly string _path;
    private readonly YamlMappingNode _node;
    private readonly DiagnosticBag _diagnostics;
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    private YamlSection(string file, string path, YamlMappingNode node, DiagnosticBag diagnostics)
    {
        _file = file;
        _path = path;
        _node = node;
        _diagnostics = diagnostics;
    }

    /// <summary>Parses a file that is one mapping; null after reporting why it is none.</summary>
    /// <param name="file">File name for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="diagnostics">Takes the problems, of the section and of all sections below it.</param>
    public static YamlSection? Parse(string file, string text, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            diagnostics.Report(YamlDiagnostics.BadSyntax, At(file, e.Start.Line), (e.InnerException ?? e).Message);
            return null;
        }
        if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            return new YamlSection(file, "", root, diagnostics);
        diagnostics.Report(YamlDiagnostics.BadSyntax, At(file, 1), "the file is not one mapping of keys to values");
        return null;
    }

    /// <summary>Where the section begins.</summary>
    public SourceLocation Location => At(_file, _node.Start.Line);

    /// <summary>Keys present in the section, in file order.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.Select(k => (k as YamlScalarNode)?.Value ?? "?");

    /// <summary>Where a key that is present stands.</summary>
    public SourceLocation LocationOf(string key) => At(_file, _node.Children.Keys.First(k => k is YamlScalarNode { Value: { } name } && name == key).Start.Line);

    /// <summary>True if the key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A required text.</summary>
    public string Text(string key) => Scalar(key, required: true) ?? "";

    /// <summary>An optional text; null if it is absent.</summary>
    public string? OptionalText(string key) => Scalar(key, required: false);

    /// <summary>A required integer within bounds.</summary>
    public long Integer(string key, long minimum = 0, long maximum = long.MaxValue)
    {
        var text = Scalar(key, required: true);
        if (text is null)
            return minimum;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        var range = maximum == long.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"an integer of at least {minimum}")
            : string.Create(CultureInfo.InvariantCulture, $"an integer from {minimum} to {maximum}");
        Report(YamlDiagnostics.BadValue, Find(key)!, $"'{_path}{key}' is '{text}', it must be {range}");
        return minimum;
    }

    /// <summary>An optional integer within bounds.</summary>
    public long OptionalInteger(string key, long fallback, long minimum = 0, long maximum = long.MaxValue)
    {
        _known.Add(key);
        return Has(key) ? Integer(key, minimum, maximum) : fallback;
    }

    /// <summary>An optional real number within bounds.</summary>
    public double OptionalReal(string key, double fallback, double minimum, double maximum)
    {
        if (OptionalText(key) is not { } text)
            return fallback;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        Report(YamlDiagnostics.BadValue, Find(key)!, string.Create(CultureInfo.InvariantCulture, $"'{_path}{key}' is '{text}', it must be a number from {minimum} to {maximum}"));
        return fallback;
    }

    /// <summary>An optional <c>true</c> or <c>false</c>.</summary>
    public bool OptionalBoolean(string key, bool fallback) => OptionalChoice(key, fallback ? "true" : "false", ["true", "false"]) == "true";

    /// <summary>An optional text, one of several.</summary>
    [return: NotNullIfNotNull(nameof(fallback))]
    public string? OptionalChoice(string key, string? fallback, IReadOnlyCollection<string> choices)
    {
        if (OptionalText(key) is not { } text)
            return fallback;
        if (choices.Contains(text))
            return text;
        Report(YamlDiagnostics.BadValue, Find(key)!, $"'{_path}{key}' is '{text}'", $"it must be one of: {string.Join(", ", choices)}");
        return fallback;
    }

    /// <summary>A list of texts; empty if the key is absent.</summary>
    public ImmutableArray<string> List(string key)
    {
        _known.Add(key);
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequenceNode sequence when sequence.Children.All(c => c is YamlScalarNode):
                return [.. sequence.Children.Select(c => ((YamlScalarNode)c).Value ?? "")];
            case var other:
                Report(YamlDiagnostics.BadValue, other, $"'{_path}{key}' must be a list of texts");
                return [];
        }
    }

    /// <summary>A required section; null after reporting that it is absent or no mapping.</summary>
    public YamlSection? Section(string key)
    {
        if (Find(key) is null)
        {
            _known.Add(key);
            Report(YamlDiagnostics.MissingKey, _node, $"'{_path}{key}' is missing");
            return null;
        }
        return OptionalSection(key);
    }

    /// <summary>An optional section; null if it is absent, or after reporting that it is no mapping.</summary>
    public YamlSection? OptionalSection(string key)
    {
        _known.Add(key);
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return new YamlSection(_file, $"{_path}{key}.", mapping, _diagnostics);
            case var other:
                Report(YamlDiagnostics.BadValue, other, $"'{_path}{key}' must be a section of its own");
                return null;
        }
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var node in _node.Children.Keys)
        {
            var key = (node as YamlScalarNode)?.Value ?? "?";
            if (!_known.Contains(key))
            {
                _diagnostics.Report(YamlDiagnostics.UnknownKey, At(_file, node.Start.Line), $"unknown key '{_path}{key}'",
                    $"allowed here: {string.Join(", ", _known)}");
            }
        }
    }

    private string? Scalar(string key, bool required)
    {
        _known.Add(key);
        switch (Find(key))
        {
            case null when required:
                Report(YamlDiagnostics.MissingKey, _node, $"'{_path}{key}' is missing");
                return null;
            case null:
                return null;
            case YamlScalarNode { Value: { Length: > 0 } value }:
                return value;
            case var other:
                Report(YamlDiagnostics.BadValue, other, $"'{_path}{key}' must be one value");
                return null;
        }
    }

    private YamlNode? Find(string key) =>
        _node.Children.FirstOrDefault(c => c.Key is YamlScalarNode k && string.Equals(k.Value, key, StringComparison.Ordinal)).Value;

    private void Report(DiagnosticDescriptor descriptor, YamlNode at, string message, string? help = null) =>
        _diagnostics.Report(descriptor, At(_file, at.Start.Line), message, help);

    private static SourceLocation At(string file, long line) =>
        new(file, string.Create(CultureInfo.InvariantCulture, $"line {line}"));
}
