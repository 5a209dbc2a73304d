namespace Brim.Emulation;

/// <summary>A function or object of an image.</summary>
/// <param name="Name">Symbol name.</param>
/// <param name="Address">Address, without the Thumb bit.</param>
/// <param name="Size">Size in bytes; 0 if unknown.</param>
/// <param name="IsFunction">True for code.</param>
public sealed record ElfSymbol(string Name, long Address, long Size, bool IsFunction)
{
    /// <summary>True if an address lies inside.</summary>
    public bool Contains(long address) => address >= Address && address < Address + Size;
}
