using System.Collections.Concurrent;
using CoalitionGateway.V1;
using Google.Protobuf;

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>
/// Purchases, reversals, transfers, payments with points and with codes, and rewards of the same few members, from many clients at
/// once. Each request is kept with its outcome. Afterwards the load checks all of them.
/// </summary>
internal sealed class Load
{
    private const int _workers = 16;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    // Leaves processor time for the tests beside this one. Some calls are under way at any time all the same.
    private static readonly TimeSpan _breath = Soak.Soaks ? TimeSpan.Zero : TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentQueue<Sent> _sent = new();
    private readonly ConcurrentQueue<Sent> _reads = new();
    private int _answered;

    public IReadOnlyCollection<Sent> Sent => _sent;

    /// <summary>The reads among the calls, if reads were requested.</summary>
    public IReadOnlyCollection<Sent> Reads => _reads;

    /// <summary>The number of requests answered so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public IEnumerable<Sent> Unanswered => _sent.Where(sent => !sent.IsAnswered);

    /// <summary>The requests of several loads, as one load.</summary>
    public static Load Of(IEnumerable<Load> loads)
    {
        var all = new Load();
        foreach (var sent in loads.SelectMany(load => load._sent))
        {
            all._sent.Enqueue(sent);
        }

        return all;
    }

    /// <summary>
    /// Sends until it is told to stop. A client without an answer waits a moment and goes on with another request.
    /// </summary>
    public Task Run(Front front, CancellationToken stop, bool reads = false) => Task.WhenAll(Enumerable.Range(0, _workers).Select(worker => Task.Run(async () =>
    {
        var random = new Random(worker);
        var last = new Last();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var member = $"a-{random.Next(Front.Members)}";
            if (reads && i % 4 == 0)
            {
                var read = await new Sent(i % 3 == 0 ? new ListProgrammesRequest() : i % 3 == 1 ? new GetBalancesRequest() : new ListTransfersRequest(), member).To(front);
                _reads.Enqueue(read);
                continue;
            }

            var sent = last.Next(random, member);
            _sent.Enqueue(sent);
            if ((await sent.To(front)).IsAnswered)
            {
                Interlocked.Increment(ref _answered);
                await Task.Delay(_breath, CancellationToken.None);
            }
            else
            {
                await Task.Delay(_pause, CancellationToken.None);
            }

            last.See(sent);
        }
    })));

    /// <summary>Waits until this many more requests are answered.</summary>
    public async Task More(int count)
    {
        var wanted = Answered + count;
        await Soak.Until(() => Answered >= wanted, $"only {Answered} of {wanted} calls are answered, the last: {_sent.LastOrDefault()?.Outcome}");
    }

    /// <summary>
    /// Checks what must hold whatever happened. Every answered request is stored, and nothing is stored that was not sent. Each
    /// request, sent again, gets the same answer. Together the requests moved each member's points by what their answers say, so
    /// each had one effect. The verification finds nothing. Returns the number of unanswered requests that had been committed.
    /// </summary>
    public async Task<int> Settle(Front front, Database database)
    {
        var stored = database.RequestIds();
        Assert.All(_sent.Where(sent => sent.IsAnswered), sent => Assert.Contains(sent.RequestId, stored));
        var committed = Unanswered.Count(sent => stored.Contains(sent.RequestId));
        await Parallel.ForEachAsync(_sent, new ParallelOptions { MaxDegreeOfParallelism = 2 * _workers }, async (sent, _) =>
        {
            if (sent.IsAnswered)
            {
                var again = await sent.Again(front);
                Assert.Equal(sent.Answer, again.Answer);
                Assert.Equal(sent.Refusal?.ReasonText, again.Refusal?.ReasonText);
                Assert.Equal(sent.Refusal?.Message, again.Refusal?.Message);
            }
            else
            {
                Assert.True((await sent.To(front)).IsAnswered, sent.Outcome);
            }
        });
        await CheckBalances(front);
        Assert.Empty(database.Verify().Problems);
        return committed;
    }

    private async Task CheckBalances(Front front)
    {
        var expected = _sent.SelectMany(sent => sent.Effect().Select(effect => (sent.Member, effect.Programme, effect.Points)))
            .GroupBy(effect => (effect.Member, effect.Programme)).ToDictionary(group => group.Key, group => group.Sum(effect => effect.Points));
        for (var i = 0; i < Front.Members; i++)
        {
            var balances = (GetBalancesResponse)await front.Call(new GetBalancesRequest(), $"a-{i}");
            Assert.All(balances.Balances, balance => Assert.Equal(
                expected.GetValueOrDefault(($"a-{i}", balance.ProgrammeId)), balance.AvailablePoints - balance.OwedPoints));
        }
    }

    /// <summary>What one worker's last answers allow it to do next.</summary>
    private sealed class Last
    {
        private readonly Queue<(string Reference, string Member)> _purchases = new();
        private readonly Queue<(string Reference, string Member, bool IsSpent)> _payments = new();
        private readonly Queue<(string Code, string Member)> _vouchers = new();
        private readonly Queue<(string Code, string Member)> _used = new();
        private readonly Queue<(string Code, string Member)> _codes = new();

        public void See(Sent sent)
        {
            switch (sent)
            {
                case { Request: RecordPurchaseRequest purchase, Answer: not null }:
                    _purchases.Enqueue((purchase.PurchaseReference, sent.Member));
                    break;
                case { Request: ReservePointsRequest payment, Answer: not null }:
                    _payments.Enqueue((payment.RedemptionReference, sent.Member, payment.SpendNow));
                    break;
                case { Request: CaptureRedemptionRequest captured, Answer: not null }:
                    _payments.Enqueue((captured.RedemptionReference, sent.Member, true));
                    break;
                case { Answer: ClaimRewardResponse { Voucher.VoucherCode: var code } }:
                    _vouchers.Enqueue((code, sent.Member));
                    break;
                case { Request: UseVoucherRequest used, Answer: not null }:
                    _used.Enqueue((used.VoucherCode, sent.Member));
                    break;
                case { Answer: CreatePaymentCodeResponse { PaymentCode: var code } }:
                    _codes.Enqueue((code, sent.Member));
                    break;
            }
        }

        public Sent Next(Random random, string member)
        {
            var kind = random.Next(16);
            if (kind == 0 && _purchases.TryDequeue(out var bought))
            {
                return new Sent(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = bought.Reference }, bought.Member);
            }

            if (kind is 1 or 2 && _payments.TryDequeue(out var paid))
            {
                return new Sent(Goes(random, paid.Reference, paid.IsSpent), paid.Member);
            }

            if (kind == 3 && _vouchers.TryDequeue(out var voucher))
            {
                return new Sent(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = voucher.Code }, voucher.Member);
            }

            if (kind == 4 && _used.TryDequeue(out var used))
            {
                return new Sent(new ReturnVoucherRequest { RequestId = RequestIds.New(), VoucherCode = used.Code }, used.Member);
            }

            var isBack = random.Next(2) == 0;
            if (kind == 5 && _codes.TryDequeue(out var code))
            {
                return new Sent(new ReservePointsRequest(Front.Payment("", random.Next(1, 300), isBack)) { PaymentCode = code.Code }, code.Member);
            }

            return kind switch
            {
                < 7 => new Sent(new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = isBack ? "beta" : "alpha", DestinationProgrammeId = isBack ? "alpha" : "beta", AmountPoints = 1000 }, member),
                < 9 => new Sent(Front.Payment(member, random.Next(1, 300), isBack), member),
                9 when isBack => new Sent(new CreatePaymentCodeRequest { RequestId = RequestIds.New(), ProgrammeId = Front.Alpha }, member),
                9 => new Sent(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Front.Alpha, RewardId = "coffee" }, member),
                _ => new Sent(Front.Purchase(member, random.Next(1, 2000)), member),
            };
        }

        /// <summary>How a payment goes on: spent points are refunded, reserved ones captured or released.</summary>
        private static IMessage Goes(Random random, string reference, bool isSpent) => (isSpent, random.Next(3)) switch
        {
            (true, _) => new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = reference },
            (false, 0) => new ReleaseRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = reference },
            _ => new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = reference, AmountPoints = 1 },
        };
    }
}
