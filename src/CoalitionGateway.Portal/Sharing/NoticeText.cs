using Markdig;

namespace CoalitionGateway.Portal.Sharing;

/// <summary>The text of a notice as HTML. HTML within the text is shown as text.</summary>
internal static class NoticeText
{
    private static readonly MarkdownPipeline _pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    public static string Html(string markdown)
    {
        var document = Markdown.Parse(markdown, _pipeline);

        // The page's own title is the first heading, and the notice's is the second. A link with a script in it would run.
        foreach (var block in document.OfType<Markdig.Syntax.HeadingBlock>())
        {
            block.Level = Math.Min(block.Level + 2, 6);
        }

        foreach (var link in Markdig.Syntax.MarkdownObjectExtensions.Descendants<Markdig.Syntax.Inlines.LinkInline>(document))
        {
            link.Url = Uri.TryCreate(link.Url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "mailto" ? link.Url : "";
        }

        return document.ToHtml(_pipeline);
    }
}
