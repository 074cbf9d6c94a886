using System.Threading.Channels;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// One brand of a purchase file: a partner with a programme of its own, its members, and one stream of its rows in
/// file order. Every request id follows from the brand and the row, so that a second run adds nothing.
/// </summary>
internal sealed class BrandReplay(string brand, Connection connection, ProgrammeService.ProgrammeServiceClient programmes, Action<int, string> report)
{
    private static readonly Guid _space = Guid.Parse("0d0c9b0e-53b5-4d0e-8a53-3a9d6f1f8a70");

    private readonly Channel<ReadRow> _rows = Channel.CreateBounded<ReadRow>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly HashSet<string> _cards = [];
    private readonly Channel<int> _lines = Channel.CreateUnbounded<int>();
    private BrandResult _result = new(brand, 0, 0, 0, 0, 0);

    /// <summary>Takes a row; waits while too many do.</summary>
    public ValueTask Add(ReadRow row) => _rows.Writer.WriteAsync(row);

    public void Complete(Exception? failed = null) => _rows.Writer.TryComplete(failed);

    public async Task<BrandResult> Run()
    {
        try
        {
            return await Stream();
        }
        catch (Exception failed)
        {
            // Rows still to come must not wait for a reader that is gone.
            _rows.Writer.TryComplete();
            throw failed is RpcException ? new CommandFailedException($"{brand}: {failed.Message} Run again: what was recorded is not recorded twice.", failed) : failed;
        }
    }

    /// <summary>An id that the brand's name gives: what is left of it in a-z, 0-9 and "-", and six digits of a hash.</summary>
    internal static string IdOf(string brand)
    {
        var plain = string.Concat(brand.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return $"r-{plain[..Math.Min(plain.Length, 30)].Trim('-')}-{RequestIds.FromName(_space, brand).ToString("N")[..6]}";
    }

    private async Task<BrandResult> Stream()
    {
        if (!await _rows.Reader.WaitToReadAsync() || !_rows.Reader.TryPeek(out var first))
        {
            return _result;
        }

        var client = await Found(first.Row!.CurrencyCode);
        using var stream = client.Earning.StreamPurchases();
        var reading = Read(stream.ResponseStream);
        var unsent = 0;
        await foreach (var (line, row, _) in _rows.Reader.ReadAllAsync())
        {
            if (_cards.Add(row!.Card) && !await Enrol(client, row, line))
            {
                _cards.Remove(row.Card);
                unsent++;
                continue;
            }

            // Entries that others follow at once may travel with them.
            stream.RequestStream.WriteOptions = new WriteOptions(_rows.Reader.Count > 0 ? WriteFlags.BufferHint : 0);
            _lines.Writer.TryWrite(line);
            await stream.RequestStream.WriteAsync(Entry(row));
        }

        await stream.RequestStream.CompleteAsync();
        await reading;
        return _result with { Members = _cards.Count, Refused = _result.Refused + unsent };
    }

    private async Task Read(IAsyncStreamReader<StreamPurchasesResponse> answers)
    {
        await foreach (var answer in answers.ReadAllAsync())
        {
            var line = await _lines.Reader.ReadAsync();
            switch (answer.OutcomeCase)
            {
                case StreamPurchasesResponse.OutcomeOneofCase.Purchase:
                    _result = _result with { Purchases = _result.Purchases + 1, PointsEarned = _result.PointsEarned + answer.Purchase.GivenPoints };
                    break;
                case StreamPurchasesResponse.OutcomeOneofCase.PurchaseReturn:
                    _result = _result with { Refunds = _result.Refunds + 1, PointsReversed = _result.PointsReversed + answer.PurchaseReturn.TakenPoints };
                    break;
                case StreamPurchasesResponse.OutcomeOneofCase.Refusal:
                    _result = _result with { Refused = _result.Refused + 1 };
                    report(line, $"{GatewayRefusal.From(answer.Refusal)?.Reason}: {answer.Refusal.Message}");
                    break;
                default:
                    throw new CommandFailedException($"{brand}: the gateway's answer to line {line} has an outcome that this command does not know.");
            }
        }
    }

    /// <summary>The brand as a partner: 1 point for each whole unit of its currency, rounded down.</summary>
    private async Task<CoalitionClient> Found(string currency)
    {
        var id = IdOf(brand);
        var one = new Money { CurrencyCode = currency, Micros = 1_000_000 };
        var registered = await programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = RequestId("partner"),
            Partner = new Partner { PartnerId = id, DisplayName = brand },
        });
        await programmes.CreateProgrammeAsync(new CreateProgrammeRequest
        {
            RequestId = RequestId("programme"),
            Programme = new Programme { ProgrammeId = id, PartnerId = id, DisplayName = brand, TimeZone = "Europe/London", PointValue = new Money { CurrencyCode = currency, Micros = 10_000 } },
        });
        await programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestId("agreement"),
            Agreement = new Agreement { PartnerId = id, ProgrammeId = id, Points = 1, Spend = one, Rounding = Rounding.Down },
        });
        return connection.As(registered.ClientId, registered.ClientSecret);
    }

    private async Task<bool> Enrol(CoalitionClient client, PurchaseRow row, int line)
    {
        try
        {
            await client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestId($"member/{row.Card}"), MembershipNumber = row.Card });
            return true;
        }
        catch (RpcException refused) when (GatewayRefusal.From(refused) is { Code: not (StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal) } refusal)
        {
            report(line, $"card: {refusal.Reason}: {refusal.Message}");
            return false;
        }
    }

    private StreamPurchasesRequest Entry(PurchaseRow row)
    {
        var amount = new Money { CurrencyCode = row.CurrencyCode, Micros = Math.Abs(row.Micros) };
        var (requestId, time) = (RequestId(row.Id), Timestamp.FromDateTime(row.Date));
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

    private string RequestId(string name) => RequestIds.FromName(_space, $"{brand}/{name}").ToString();
}
