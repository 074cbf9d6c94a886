using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Campaigns;

/// <summary>
/// Gives what is left of an ended campaign's budget back to its payer. The gateway submits it some time after the end, so
/// that purchases that arrive late still get what was promised.
/// </summary>
public sealed record CloseBudget(CommandContext Context, ProgrammeId ProgrammeId, string Id) : Command<CloseBudget.State>(Context)
{
    /// <summary>The kind of the due row.</summary>
    public const string DueKind = "campaign-budget";

    public override string Method => nameof(CloseBudget);

    public override bool IsRetryable => false;

    /// <summary>The subject of a budget's due row.</summary>
    public static string SubjectOf(ProgrammeId programme, string id) => $"{programme}/{id}";

    /// <summary>The command for a due row.</summary>
    public static CloseBudget For(Due due, CommandContext context) => due.Subject.Split('/') is [var programme, var id]
        ? new CloseBudget(context, new ProgrammeId(programme), id)
        : throw new FormatException($"'{due.Subject}' is no campaign.");

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(ProgrammeId.Value).Text(Id);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Due.Of(DueKind, SubjectOf(ProgrammeId, Id))),
        Campaign.Latest(rows.FindAll(new Campaign.ByProgramme(ProgrammeId)), Id),
        rows.Find(new Account.Of(AccountRef.Budget(ProgrammeId, Id).Id))?.BalancePoints ?? 0);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Due is not { } due || due.DueTime > now || state.Campaign?.Rule.PayerId is not { } payer)
        {
            return ProgrammeRefusals.ProgrammeNotFound(ProgrammeId, "");
        }

        return BudgetClosed.Of(Header(now), ProgrammeId, Id, payer, state.LeftPoints);
    }

    public sealed record State(Due? Due, Campaign? Campaign, long LeftPoints);
}

/// <param name="LeftPoints">The points that went back to the payer.</param>
[EventKind(53)]
public sealed record BudgetClosed(
    EventHeader Header, ProgrammeId ProgrammeId, string CampaignId, PartnerId PayerId, long LeftPoints, IReadOnlyList<Posting> Moves) : Event(Header)
{
    public static BudgetClosed Of(EventHeader header, ProgrammeId programme, string id, PartnerId payer, long leftPoints)
    {
        var posting = Posting.Of(programme, [new(AccountRef.Budget(programme, id), -leftPoints), new(AccountRef.Issue(programme, payer), leftPoints)]);
        return new BudgetClosed(header, programme, id, payer, leftPoints, posting is null ? [] : [posting]);
    }

    public override PartnerId? Partner => PayerId;

    public override IReadOnlyList<Posting> Postings => Moves;

    public override void Apply(WorkingState rows) => Due.Settle(rows, CloseBudget.DueKind, CloseBudget.SubjectOf(ProgrammeId, CampaignId));

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(ProgrammeId.Value).Text(CampaignId).Text(PayerId.Value).Number(LeftPoints).Postings(Moves);

    internal static BudgetClosed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), reader.Text(), new PartnerId(reader.Text()), reader.Number(), reader.Postings());
}
