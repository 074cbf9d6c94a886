using CoalitionGateway.Portal.Words;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace CoalitionGateway.Portal.Layout;

/// <summary>A page of the portal: it shows a view, in the words of a visit.</summary>
public abstract class MemberPage<TView> : ComponentBase
{
    [Parameter, EditorRequired]
    public required Visit Visit { get; set; }

    [Parameter, EditorRequired]
    public required TView View { get; set; }

    protected PortalWords W => Visit.Words;

    protected Language L => Visit.Words.Language;

    /// <summary>A programme's points, with their unit.</summary>
    protected string Points(long points) => L.Plural(W.Points, points);

    /// <summary>What points are worth; empty if nothing is known about it.</summary>
    protected string Worth(V1.Money? value) => value is null ? "" : PortalWords.Put(W.WorthAbout, L.Amount(value));

    /// <summary>A time in the programme's time zone, with UTC at hand. Without a programme it is UTC, and says so.</summary>
    protected RenderFragment At(Timestamp time, Names names, string programmeId) => builder =>
    {
        var local = names.Local(time, programmeId);
        Time(builder, time.ToDateTime(), $"{L.Date(local.Date)}, {local.Hour:00}:{local.Minute:00}{(local.Zone == NodaTime.DateTimeZone.Utc ? " UTC" : "")}");
    };

    /// <summary>The day of a time in the programme's time zone, with UTC at hand.</summary>
    protected RenderFragment On(Timestamp time, Names names, string programmeId) => builder =>
        Time(builder, time.ToDateTime(), L.Date(names.Day(time, programmeId)));

    /// <summary>The last day of what ends at a time.</summary>
    protected RenderFragment Until(Timestamp end, Names names, string programmeId) => builder =>
        Time(builder, end.ToDateTime(), L.Date(names.LastDay(end, programmeId)));

    private static void Time(RenderTreeBuilder builder, DateTime utc, string text)
    {
        builder.OpenElement(0, "time");
        builder.AddAttribute(1, "datetime", utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "title", utc.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture));
        builder.AddContent(3, text);
        builder.CloseElement();
    }
}
