
namespace Brim.Testing;

/// <summary>Finds the development data set that is not part of the repository.</summary>
public static class TestData
{
    /// <summary>Root of the repository's working tree.</summary>
    public static string RepositoryRoot { get; } = FindUpwards(AppContext.BaseDirectory, d => File.Exists(Path.Combine(d, "Backend.sln")))
        ?? throw new InvalidOperationException("the tests run from a build inside the repository");

    /// <summary>The data folder: <c>BRIM_DATA</c>, else <c>shared/data</c> beside the repository (or beside a parent of it); null if there is none.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The full path of a data file or folder; skips the test with one line of advice where the data is missing.</summary>
    public static string Require(string relativePath)
    {
        Skip.If(Root is null, "development data not found: set BRIM_DATA to its folder");
        var path = Path.Combine(Root!, relativePath);
        Skip.IfNot(Path.Exists(path), $"development data lacks {relativePath}: set BRIM_DATA to a complete folder");
        return path;
    }

    private static string? FindRoot()
    {
        var configured = Environment.GetEnvironmentVariable("BRIM_DATA");
        if (!string.IsNullOrEmpty(configured))
            return Directory.Exists(configured) ? configured : null;
        return FindUpwards(RepositoryRoot, d => Directory.Exists(Path.Combine(d, "shared", "data"))) is { } parent
            ? Path.Combine(parent, "shared", "data")
            : null;
    }

    private static string? FindUpwards(string start, Func<string, bool> accept)
    {
        for (var d = new DirectoryInfo(start); d is not null; d = d.Parent)
        {
            if (accept(d.FullName))
                return d.FullName;
        }
        return null;
    }
}
