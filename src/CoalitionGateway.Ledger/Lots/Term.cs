using System.Globalization;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>When points can be used.</summary>
/// <param name="UsableTime">Until then the points are pending. Null: they can be used at once.</param>
/// <param name="ExpireTime">From then on the points have expired. Null: they never expire.</param>
public readonly record struct Term(DateTime? UsableTime, DateTime? ExpireTime)
{
    private const string _form = "yyyyMMdd'T'HHmm'Z'";
    private const string _none = "-";

    /// <summary>Points that can be used at once and never expire.</summary>
    public static readonly Term Plain;

    /// <summary>Whether points of this term are in the membership's plain account, and in no lot.</summary>
    public bool IsPlain => UsableTime is null && ExpireTime is null;

    /// <summary>The term that points of this term have at a time: points that are usable by then are not pending any more.</summary>
    public Term At(DateTime now) => UsableTime <= now ? this with { UsableTime = null } : this;

    /// <summary>The term of points that do not expire before a time; null: it stays as it is.</summary>
    public Term NotBefore(DateTime? end) => ExpireTime < end ? this with { ExpireTime = end } : this;

    /// <summary>The term as a part of an account's name: both times to the minute, "-" for none.</summary>
    public override string ToString() => $"{Text(UsableTime)}/{Text(ExpireTime)}";

    /// <summary>Reads the text that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no term.</exception>
    public static Term Parse(string text) => text.Split('/') is [var usable, var expire]
        ? new Term(Time(usable), Time(expire))
        : throw new FormatException($"'{text}' is no term of points.");

    internal void Encode(CanonicalWriter writer) => writer.OptionalTime(UsableTime).OptionalTime(ExpireTime);

    internal static Term Decode(CanonicalReader reader) => new(reader.OptionalTime(), reader.OptionalTime());

    private static string Text(DateTime? time) => time is { } some ? some.ToString(_form, CultureInfo.InvariantCulture) : _none;

    private static DateTime? Time(string text) => text == _none
        ? null
        : DateTime.ParseExact(text, _form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
