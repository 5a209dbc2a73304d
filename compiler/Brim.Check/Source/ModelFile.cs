using System.Collections.Immutable;

namespace Brim.Check.Source;

/// <summary>Reads the emitted model source: layer functions with their parameter structures, and the run function.</summary>
internal sealed class ModelFile
{
    private const int DeepestStructure = 8;

    private readonly TokenReader _reader;
    private readonly string _prefix;
    private readonly IReadOnlyDictionary<string, ConstantArray> _arrays;
    private readonly Dictionary<string, (LayerCall Call, ImmutableArray<string> Parameters)> _layers = new(StringComparer.Ordinal);

    private ModelFile(TokenReader reader, string prefix, IReadOnlyDictionary<string, ConstantArray> arrays)
    {
        _reader = reader;
        _prefix = prefix;
        _arrays = arrays;
    }

    /// <summary>The library's layers in order of execution.</summary>
    /// <param name="file">File name for findings.</param>
    /// <param name="text">Content.</param>
    /// <param name="prefix">Prefix of the library's C names.</param>
    /// <param name="arrays">Arrays of the data file.</param>
    public static LibrarySource Parse(string file, string text, string prefix, IReadOnlyDictionary<string, ConstantArray> arrays) =>
        new ModelFile(new TokenReader(file, text), prefix, arrays).Read();

    private LibrarySource Read()
    {
        while (_reader.TryTake("BRIM_LAYER"))
            Layer();
        var tensors = RunSignature();
        var layers = RunBody([.. tensors.Select(t => t.Name)]);
        if (!_reader.AtEnd)
            throw _reader.Failure("expected the end of the file after the run function");
        if (layers.Length != _layers.Count)
            throw _reader.Failure($"{_layers.Count} layers are defined, {layers.Length} are called");
        return new LibrarySource(_arrays, layers, tensors);
    }

    private void Layer()
    {
        _reader.Expect("void");
        var function = _reader.Name();
        if (!function.StartsWith(_prefix + "_", StringComparison.Ordinal))
            throw _reader.Failure($"layer function '{function}' does not begin with '{_prefix}_'");
        var parameters = Declarations().Select(d => d.Name).ToImmutableArray();
        _reader.Expect("{");
        ParameterSet? structure = null;
        if (_reader.TryTake("static"))
        {
            _reader.Expect("const");
            var type = _reader.Name();
            _reader.Expect("params");
            _reader.Expect("=");
            var fields = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
            Fields(fields, "", 0);
            _reader.Expect(";");
            structure = new ParameterSet(type, fields, _arrays);
        }
        var kernel = _reader.Name();
        _reader.Expect("(");
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        while (!_reader.TryTake(")"))
        {
            arguments.Add(Argument(parameters));
            if (!_reader.TryTake(",") && !_reader.Is(")"))
                throw _reader.Failure("expected ',' or ')'");
        }
        _reader.Expect(";");
        _reader.Expect("}");
        var call = new LayerCall(function[(_prefix.Length + 1)..], kernel, structure, arguments.ToImmutable());
        if (!_layers.TryAdd(function, (call, parameters)))
            throw _reader.Failure($"'{function}' is defined twice");
    }

    private void Fields(Dictionary<string, ParameterValue> into, string path, int depth)
    {
        if (depth > DeepestStructure)
            throw _reader.Failure("structures are nested too deeply");
        _reader.Expect("{");
        while (!_reader.TryTake("}"))
        {
            _reader.Expect(".");
            var name = path + _reader.Name();
            _reader.Expect("=");
            if (_reader.Is("{"))
                Fields(into, name + ".", depth + 1);
            else if (!into.TryAdd(name, Value()))
                throw _reader.Failure($"'{name}' is set twice");
            if (!_reader.TryTake(",") && !_reader.Is("}"))
                throw _reader.Failure("expected ',' or '}'");
        }
    }

    private ParameterValue Value()
    {
        SkipCast();
        return _reader.Current.Kind == TokenKind.Name ? new ParameterValue(0, _reader.Name()) : new ParameterValue(_pendingInteger ?? _reader.Integer(), null);
    }

    private long? _pendingInteger;

    /// <summary>Takes a pointer cast. A parenthesis may also begin the least number of a type, which is kept.</summary>
    private void SkipCast()
    {
        _pendingInteger = null;
        if (!_reader.TryTake("("))
            return;
        if (_reader.TryTake("-"))
        {
            var value = -_reader.Number();
            _reader.Expect("-");
            _pendingInteger = value - _reader.Number();
            _reader.Expect(")");
            return;
        }
        while (_reader.Current.Kind == TokenKind.Name)
            _reader.Take();
        _reader.Expect("*");
        _reader.Expect(")");
    }

    private Argument Argument(ImmutableArray<string> parameters)
    {
        if (_reader.TryTake("&"))
        {
            _reader.Expect("params");
            return new Argument(ArgumentKind.Parameters, "", 0);
        }
        SkipCast();
        if (_pendingInteger is { } least)
            return new Argument(ArgumentKind.Integer, "", least);
        if (_reader.TryTake("("))
        {
            _reader.Expect(LibrarySource.Arena);
            _reader.Expect("+");
            var offset = _reader.Number();
            _reader.Expect(")");
            return new Argument(ArgumentKind.Memory, LibrarySource.Arena, offset);
        }
        if (_reader.Current.Kind != TokenKind.Name)
            return new Argument(ArgumentKind.Integer, "", _reader.Integer());
        var name = _reader.Name();
        if (_arrays.ContainsKey(name))
            return new Argument(ArgumentKind.Array, name, 0);
        return parameters.Contains(name) && name != LibrarySource.Arena
            ? new Argument(ArgumentKind.Memory, name, 0)
            : throw _reader.Failure($"'{name}' is neither an array nor a parameter");
    }

    private ImmutableArray<CallerTensor> RunSignature()
    {
        _reader.Expect("void");
        var name = _reader.Name();
        if (name != _prefix + "_run")
            throw _reader.Failure($"expected the run function '{_prefix}_run', found '{name}'");
        var declarations = Declarations();
        if (declarations is not [.., { Name: LibrarySource.Arena }])
            throw _reader.Failure("the run function does not take the arena last");
        return [.. declarations[..^1]];
    }

    private ImmutableArray<LayerCall> RunBody(ImmutableArray<string> tensors)
    {
        _reader.Expect("{");
        if (_reader.TryTake("unsigned"))
        {
            foreach (var word in new[] { "char", "*", "const", "base", "=", "arena", ";" })
                _reader.Expect(word);
        }
        else
        {
            foreach (var word in new[] { "(", "void", ")", "arena", ";" })
                _reader.Expect(word);
        }
        var calls = ImmutableArray.CreateBuilder<LayerCall>();
        var called = new HashSet<string>(StringComparer.Ordinal);
        while (!_reader.TryTake("}"))
        {
            var function = _reader.Name();
            if (!_layers.TryGetValue(function, out var layer))
                throw _reader.Failure($"'{function}' is called and not defined");
            if (!called.Add(function))
                throw _reader.Failure($"'{function}' is called twice");
            _reader.Expect("(");
            foreach (var parameter in layer.Parameters)
            {
                if (parameter != LibrarySource.Arena && !tensors.Contains(parameter))
                    throw _reader.Failure($"'{parameter}' is no parameter of the run function");
                _reader.Expect(parameter == LibrarySource.Arena ? "base" : parameter);
                _reader.TryTake(",");
            }
            _reader.Expect(")");
            _reader.Expect(";");
            calls.Add(layer.Call);
        }
        return calls.ToImmutable();
    }

    /// <summary>Parameters of a function.</summary>
    private List<CallerTensor> Declarations()
    {
        _reader.Expect("(");
        var found = new List<CallerTensor>();
        while (!_reader.TryTake(")"))
        {
            var isInput = _reader.TryTake("const");
            var type = _reader.Name();
            if (type == "void" && found.Count == 0 && _reader.TryTake(")"))
                return found;
            if (type == "unsigned")
                _reader.Expect("char");
            _reader.Expect("*");
            found.Add(new CallerTensor(_reader.Name(), type, isInput));
            if (!_reader.TryTake(",") && !_reader.Is(")"))
                throw _reader.Failure("expected ',' or ')'");
        }
        return found;
    }
}
