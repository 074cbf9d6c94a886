using System.Threading.Channels;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// One brand of a purchase file: a partner with a programme of its own, its members, and one stream of its rows in
/// file order. Stopped, it sends no more, and waits for the answers to what it sent.
/// </summary>
internal sealed class BrandReplay(
    string brand, Connection connection, ProgrammeService.ProgrammeServiceClient programmes, Action<int, string> report, CancellationToken stop)
{
    private readonly Channel<ReadRow> _rows = Channel.CreateBounded<ReadRow>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly HashSet<string> _cards = [];
    private readonly Channel<int> _lines = Channel.CreateUnbounded<int>();
    private long _withoutMember;
    private BrandResult _result = new(brand, 0, 0, 0, 0, 0);

    /// <summary>Takes a row; waits while too many do.</summary>
    public ValueTask Add(ReadRow row) => _rows.Writer.WriteAsync(row, stop);

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
            throw failed is RpcException call
                ? new CommandFailedException($"{brand}: {FailedCall.Say(call)}{(FailedCall.MayPass(call) ? " Run again: what was recorded is not recorded twice." : "")}", failed)
                : failed;
        }
    }

    /// <summary>An id that the brand's name gives: what is left of it in a-z, 0-9 and "-", and six digits of a hash.</summary>
    internal static string IdOf(string brand)
    {
        var plain = string.Concat(brand.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return $"r-{plain[..Math.Min(plain.Length, 30)].Trim('-')}-{ReplayIds.Mark(brand)}";
    }

    private async Task<BrandResult> Stream()
    {
        CoalitionClient client;
        try
        {
            client = await Found();
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed) is { } refusal && IsOfTheBrand(failed))
        {
            return await RefuseAll(refusal);
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            return _result;
        }

        using var stream = client.Earning.StreamPurchases();
        var reading = Read(stream.ResponseStream);
        try
        {
            await Send(client, stream.RequestStream);
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            // An enrolment was given up. What was sent before it is answered all the same.
        }

        await stream.RequestStream.CompleteAsync();
        await reading;
        return _result with { Members = _cards.Count, Refused = _result.Refused + _withoutMember };
    }

    private async Task Send(CoalitionClient client, IClientStreamWriter<StreamPurchasesRequest> stream)
    {
        await foreach (var (line, row, _) in _rows.Reader.ReadAllAsync())
        {
            if (stop.IsCancellationRequested)
            {
                break;
            }

            if (!_cards.Contains(row!.Card))
            {
                if (!await Enrol(client, row, line))
                {
                    _withoutMember++;
                    continue;
                }

                _cards.Add(row.Card);
            }

            // Entries that others follow at once may travel with them.
            stream.WriteOptions = new WriteOptions(_rows.Reader.Count > 0 ? WriteFlags.BufferHint : 0);
            _lines.Writer.TryWrite(line);
            await stream.WriteAsync(Entry(row));
        }
    }

    private async Task<BrandResult> RefuseAll(GatewayRefusal refusal)
    {
        await foreach (var (line, _, _) in _rows.Reader.ReadAllAsync())
        {
            report(line, $"brand: {refusal.Reason}: {refusal.Message}");
            _result = _result with { Refused = _result.Refused + 1 };
        }

        return _result;
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

    /// <summary>Not what another time may pass, and not what is wrong with the operator who founds all brands.</summary>
    private static bool IsOfTheBrand(RpcException failed) =>
        !FailedCall.MayPass(failed) && failed.StatusCode is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied);

    /// <summary>The brand as a partner: 1 point for each whole pound, rounded down.</summary>
    private async Task<CoalitionClient> Found()
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
            Agreement = new Agreement { PartnerId = id, ProgrammeId = id, Points = 1, Spend = one, Rounding = Rounding.Down, AllowDebtByReturn = true },
        }, cancellationToken: stop);
        return connection.As(registered.ClientId, registered.ClientSecret);
    }

    private async Task<bool> Enrol(CoalitionClient client, PurchaseRow row, int line)
    {
        try
        {
            var request = new EnrollMemberRequest { RequestId = ReplayIds.Member(brand, row.Card), MembershipNumber = row.Card };
            await client.Members.EnrollMemberAsync(request, cancellationToken: stop);
            return true;
        }
        catch (RpcException refused) when (GatewayRefusal.From(refused) is { } refusal && !FailedCall.MayPass(refused))
        {
            report(line, $"card: {refusal.Reason}: {refusal.Message}");
            return false;
        }
    }

    private StreamPurchasesRequest Entry(PurchaseRow row)
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
