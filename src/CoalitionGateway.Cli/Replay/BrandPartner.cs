using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Cli.Replay;

/// <summary>Registers a brand of a purchase file as a partner, and turns its rows into stream requests.</summary>
internal static class BrandPartner
{
    /// <summary>The rules hold from this time on: a purchase file is history.</summary>
    private static readonly Timestamp _past = Timestamp.FromDateTime(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>The partner id of a brand: its name in a-z, 0-9 and "-", then six hex digits of a hash.</summary>
    public static string IdOf(string brand)
    {
        var plain = string.Concat(brand.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return $"r-{plain[..Math.Min(plain.Length, 30)].Trim('-')}-{ReplayIds.Mark(brand)}";
    }

    /// <summary>Registers the brand as a partner: 1 point for each whole pound, rounded down.</summary>
    public static async Task<CoalitionClient> Found(
        string brand, Connection connection, ProgrammeService.ProgrammeServiceClient programmes, CancellationToken stop)
    {
        const string currency = PurchaseFile.CurrencyCode;
        var id = IdOf(brand);
        var one = new Money { CurrencyCode = currency, Micros = 1_000_000 };
        var registered = await programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = ReplayIds.Partner(brand),
            Partner = new Partner { PartnerId = id, DisplayName = brand },
        }, cancellationToken: stop);
        await programmes.CreateProgrammeAsync(new CreateProgrammeRequest
        {
            RequestId = ReplayIds.Programme(brand),
            Programme = new Programme { ProgrammeId = id, PartnerId = id, DisplayName = brand, TimeZone = "Europe/London", PointValue = new Money { CurrencyCode = currency, Micros = 10_000 } },
        }, cancellationToken: stop);
        await programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = ReplayIds.Agreement(brand),
            Agreement = new Agreement { PartnerId = id, ProgrammeId = id, Rates = { new Rate { Points = 1, Spend = one } }, FromTime = _past, Rounding = Rounding.Down, AllowDebtByReturn = true },
        }, cancellationToken: stop);
        return connection.As(registered.ClientId, registered.ClientSecret);
    }

    /// <summary>A row as a stream request: a purchase, or a return that names no purchase.</summary>
    public static StreamPurchasesRequest Entry(string brand, PurchaseRow row)
    {
        var amount = new Money { CurrencyCode = PurchaseFile.CurrencyCode, Micros = Math.Abs(row.Micros) };
        var (requestId, time) = (ReplayIds.Row(brand, row.Id), Timestamp.FromDateTime(row.Date));
        return row.Micros > 0
            ? new StreamPurchasesRequest
            {
                Purchase = new RecordPurchaseRequest { RequestId = requestId, PurchaseReference = row.Id, MembershipNumber = row.Card, Amount = amount, PurchaseTime = time },
            }
            : new StreamPurchasesRequest
            {
                PurchaseReturn = new RecordReturnRequest { RequestId = requestId, ReturnReference = row.Id, MembershipNumber = row.Card, Amount = amount, ReturnTime = time },
            };
    }
}
