using System.Text.Json.Nodes;
using Brim.Testing;

namespace Brim.Cli.Tests;

public class AccuracyTableTests
{
    /// <summary>A row of the published table is what its two commands give, here and now.</summary>
    [SkippableTheory]
    [InlineData("kws-w4a8-rtn")]
    public void Rows_AreReproducedByTheirCommands(string name)
    {
        TestData.Require("kws01");
        var table = JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "compiler", "docs", "accuracy.json")))!;
        var row = table["rows"]!.AsArray().Single(r => (string)r!["row"]! == name)!;
        using var folder = new TemporaryFolder();
        JsonNode? last = null;
        foreach (var command in row["commands"]!.AsArray())
        {
            var words = ((string)command!).Split(' ');
            Assert.Equal("./brim", words[0]);
            var arguments = words.Skip(1).Select(w => w.StartsWith(".build/", StringComparison.Ordinal)
                ? folder.File(Path.GetFileName(w))
                : w.Replace("$BRIM_DATA", TestData.Root, StringComparison.Ordinal));
            var (code, text, error) = CommandLine.Run([.. arguments, "--json"]);
            Assert.True(code == 0, error);
            last = JsonNode.Parse(text);
        }
        Assert.Equal((double)row["top1"]!, (double)last!["top1"]!, 9);
        Assert.Equal((int)row["samples"]!, (int)last["samples"]!);
    }
}
