using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Disclosure;

/// <summary>A field of the contract with its data category.</summary>
public readonly record struct ClassifiedField(string Path, DataCategory Category);

/// <summary>
/// A partner asks about a member. The disclosure takes its turn among the consent commands, so that nothing is released
/// after a withdrawal was answered.
/// </summary>
/// <param name="Fields">All fields that the answer can contain.</param>
public sealed record Disclose(
    CommandContext Context, PartnerId PartnerId, string Number, Purpose Purpose, IReadOnlyList<ClassifiedField> Fields, NoticesInForce InForce)
    : Command<Disclose.State>(Context)
{
    public override string Method => nameof(Disclose);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(PartnerId.Value).Text(Number).Number((int)Purpose)
        .List(Fields, static (w, field) => w.Text(field.Path).Number((int)field.Category));

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        return new State(
            home, membership, membership is null ? null : rows.Find(new Consent.Of(membership.MemberId, PartnerId, Purpose)),
            rows.Find(new AgreedPurposes.Of(PartnerId)),
            membership is null ? null : rows.Find(new Restriction.Of(membership.MemberId)),
            membership is null ? null : rows.Find(new SharingRefusal.Of(membership.MemberId)));
    }

    public override Decision Decide(State state, DateTime now) => Answer(state, now);

    /// <summary>The answer to the partner, which is recorded.</summary>
    /// <returns><see cref="MemberDisclosed"/> or <see cref="DisclosureRefused"/>.</returns>
    public Event Answer(State state, DateTime now)
    {
        // A refusal is recorded too, but without the requested number.
        if (state is not { Home: not null, Membership: { } membership })
        {
            return new DisclosureRefused(Header(now), PartnerId, Purpose, state.Home?.Id);
        }

        var basis = Basis(state, now);
        var shared = basis == DisclosureBasis.ConsentInForce ? state.Consent!.CategoryList.ToArray() : [];
        var released = Fields.Where(field => field.Category == DataCategory.None || shared.Contains(field.Category))
            .Select(field => field.Path).ToArray();
        var withheld = Fields.Select(field => field.Path).Except(released).ToArray();
        return new MemberDisclosed(
            Header(now), PartnerId, membership.MemberId, membership.Id, Purpose, released, withheld,
            state.Consent?.EventId, basis);
    }

    private DisclosureBasis Basis(State state, DateTime now) => InForce.StateOf(state.Consent, now) switch
    {
        _ when !Purpose.NeedsConsent() => DisclosureBasis.Contract,
        _ when state.Restriction is not null => DisclosureBasis.Restricted,
        _ when state.Purposes?.Covers(Purpose) != true => DisclosureBasis.PurposeNotAgreed,
        _ when state.SharingRefusal?.LogIndex > state.Consent?.GiveLogIndex => DisclosureBasis.SharingRefused,
        ConsentState.Given or ConsentState.Renewed => DisclosureBasis.ConsentInForce,
        ConsentState.Withdrawn or ConsentState.Revoked => DisclosureBasis.ConsentWithdrawn,
        ConsentState.Invalidated => DisclosureBasis.ConsentInvalidated,
        ConsentState.Expired => DisclosureBasis.ConsentExpired,
        _ => DisclosureBasis.NoConsent,
    };

    public sealed record State(
        Programme? Home, Membership? Membership, Consent? Consent, AgreedPurposes? Purposes, Restriction? Restriction, SharingRefusal? SharingRefusal);
}

/// <summary>The basis of an answer about a member. The numbers match the contract's.</summary>
public enum DisclosureBasis
{
    NoConsent = 1,
    ConsentInForce = 2,
    ConsentWithdrawn = 3,
    Contract = 4,
    PurposeNotAgreed = 5,
    ConsentInvalidated = 6,
    Restricted = 7,
    SharingRefused = 8,
    ConsentExpired = 9,
}

/// <summary>A partner asked and was refused: the partner has no programme, or its programme lacks the number.</summary>
/// <param name="ProgrammeId">The programme that lacks the number; null if the partner has no programme.</param>
[EventKind(25)]
public sealed record DisclosureRefused(EventHeader Header, PartnerId PartnerId, Purpose Purpose, ProgrammeId? ProgrammeId) : Event(Header)
{
    public override PartnerId? Partner => PartnerId;

    /// <summary>The refusal that the partner gets.</summary>
    public Refusal Refusal => ProgrammeId is { } programme ? MemberRefusals.NumberNotFound(programme) : MemberRefusals.PartnerWithoutProgramme(PartnerId);

    public override void Apply(WorkingState rows)
    {
        // Recorded only; no row changes.
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PartnerId.Value).Number((int)Purpose).OptionalText(ProgrammeId?.Value);

    internal static DisclosureRefused Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), reader.Value<Purpose>(), reader.OptionalText() is { } programme ? new ProgrammeId(programme) : null);
}

/// <param name="ConsentEventId">The latest event of the consent for the partner and purpose: the basis of the release,
/// or the withdrawal that forbade it. Null if there never was a consent.</param>
[EventKind(24)]
public sealed record MemberDisclosed(
    EventHeader Header, PartnerId PartnerId, MemberId MemberId, MembershipId MembershipId, Purpose Purpose,
    IReadOnlyList<string> Released, IReadOnlyList<string> Withheld, EventId? ConsentEventId, DisclosureBasis Basis) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        // Recorded only; no row changes.
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Number((int)Purpose)
        .Texts(Released).Texts(Withheld).OptionalUuid(ConsentEventId?.Value).Number((int)Basis);

    internal static MemberDisclosed Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), reader.Value<Purpose>(),
        reader.Texts(), reader.Texts(), reader.OptionalUuid() is { } id ? new EventId(id) : null, reader.Value<DisclosureBasis>());
}
