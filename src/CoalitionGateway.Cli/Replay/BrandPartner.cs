using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Cli.Replay;

/// <summary>A brand of a purchase file as a partner: its id, and its rows as stream requests.</summary>
internal static class BrandPartner
{
    /// <summary>The time zone of every brand's programme.</summary>
    public const string TimeZone = "Europe/London";

    /// <summary>The partner id of a brand: its name in a-z, 0-9 and "-", then six hex digits of a hash.</summary>
    public static string IdOf(string brand)
    {
        var plain = string.Concat(brand.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return $"r-{plain[..Math.Min(plain.Length, 30)].Trim('-')}-{ReplayIds.Mark(brand)}";
    }

    /// <summary>A row as a stream request: a purchase of one line at most, or a return that names no purchase.</summary>
    public static StreamPurchasesRequest Entry(string brand, PurchaseRow row)
    {
        var amount = new Money { CurrencyCode = PurchaseFile.CurrencyCode, Micros = Math.Abs(row.Micros) };
        var (requestId, time) = (ReplayIds.Row(brand, row.Id), Timestamp.FromDateTime(row.Time));
        return row.Micros > 0
            ? new StreamPurchasesRequest
            {
                Purchase = new RecordPurchaseRequest
                {
                    RequestId = requestId, PurchaseReference = row.Id, MembershipNumber = row.Card, Amount = amount, PurchaseTime = time,
                    Lines = { row.Details is { HasLine: true } details ? [details.Line(row.Micros)] : [] }, Channel = row.Details?.Channel ?? SalesChannel.Unspecified,
                },
            }
            : new StreamPurchasesRequest
            {
                // A return has no lines: the contract takes back what the agreement gives for its amount.
                PurchaseReturn = new RecordReturnRequest { RequestId = requestId, ReturnReference = row.Id, MembershipNumber = row.Card, Amount = amount, ReturnTime = time },
            };
    }
}
