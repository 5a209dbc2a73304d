using System.Text;

namespace Brim.Import;

/// <summary>Makes the name of a model, part of every C identifier of its library, from a file name.</summary>
public static class ModelName
{
    /// <summary>
    /// The file's base name without its last extension, in lower case, every character that is not a letter, digit or underscore of ASCII
    /// replaced by an underscore; prefixed with <c>m</c> if it would start with a digit or an underscore; <c>model</c> if nothing is left.
    /// </summary>
    public static string FromFileName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        // Both separators, whatever system this runs on: the name must not depend on it.
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var dot = name.LastIndexOf('.');
        if (dot > 0)
            name = name[..dot];
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_');
        if (text.ToString().Trim('_').Length == 0)
            return "model";
        return char.IsAsciiLetter(text[0]) ? text.ToString() : "m" + text;
    }
}
