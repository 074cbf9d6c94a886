namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>A form that a page posted.</summary>
internal static class PageForm
{
    /// <summary>Reads the form; an empty one if the request has none that can be read. The page then says what is missing.</summary>
    public static async Task<IFormCollection> Read(HttpContext http) => (await ClientCall.ReadForm(http)).Form ?? FormCollection.Empty;
}
