using System.Security.Cryptography;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Streams;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Members;

internal sealed class MemberService(
    EnrolmentService enrolling, EntryStreams streams, CommandJournal journal, LedgerStore store, MemberReader reader, SealedProfiles profiles,
    Guardianship guardianship, NoticesInForce notices, DisclosureGate gate, GatewayKeys keys, TimeProvider clock)
    : V1.MemberService.MemberServiceBase
{
    private static readonly string _needsPurpose = $"must be one of {ContractNames.Of(Enum.GetValues<Purpose>())}.";

    private readonly OneTimeCodes _linkCodes = new(keys, "link-code");

    public override Task<V1.EnrollMemberResponse> EnrollMember(V1.EnrollMemberRequest request, ServerCallContext context) =>
        enrolling.Enroll(request, context.Caller(), context.CancellationToken);

    public override Task EnrollMembers(
        IAsyncStreamReader<V1.EnrollMembersRequest> requestStream, IServerStreamWriter<V1.EnrollMembersResponse> responseStream, ServerCallContext context) =>
        streams.Run(new EnrolmentEntries(enrolling), requestStream, responseStream, context);

    public override async Task<V1.CreateLinkCodeResponse> CreateLinkCode(V1.CreateLinkCodeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var code = _linkCodes.Make(caller.ToString(), Guid.Parse(request.RequestId));
        var made = await journal.Submit<LinkCodeCreated>(
            new CreateLinkCode(caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, _linkCodes.Hash(code)));
        return new V1.CreateLinkCodeResponse { LinkCode = code, ExpireTime = made.ExpireTime.ToWire() };
    }

    public override async Task<V1.LinkMembershipResponse> LinkMembership(V1.LinkMembershipRequest request, ServerCallContext context)
    {
        var programme = new ProgrammeId(request.ProgrammeId);
        var caller = context.Caller();
        var made = await journal.Submit<MembershipLinked>(
            new LinkMembership(caller.NewContext(request.RequestId), caller.MemberId(), programme, request.MembershipNumber, _linkCodes.Hash(request.LinkCode), notices)
            {
                OfChild = await guardianship.ChildBehind(programme, request.MembershipNumber, caller.MemberId(), context.CancellationToken),
            });
        return new V1.LinkMembershipResponse { Membership = MemberMapping.ToWire(made.ProgrammeId, request.MembershipNumber, made.EnrollTime) };
    }

    public override async Task<V1.MergeMembershipsResponse> MergeMemberships(V1.MergeMembershipsRequest request, ServerCallContext context)
    {
        var (caller, programme) = (context.Caller(), new ProgrammeId(request.ProgrammeId));
        var made = await journal.Submit<MembershipsMerged>(
            new MergeMemberships(caller.NewContext(request.RequestId), caller.MemberId(), programme, request.MembershipNumber, _linkCodes.Hash(request.LinkCode), notices)
            {
                OfChild = await guardianship.ChildBehind(programme, request.MembershipNumber, caller.MemberId(), context.CancellationToken),
            });
        return new V1.MergeMembershipsResponse { ProgrammeId = made.ProgrammeId.Value, MovedPoints = made.MovedPoints, AvailablePoints = made.AvailablePoints };
    }

    public override async Task<V1.ReplaceMembershipNumberResponse> ReplaceMembershipNumber(V1.ReplaceMembershipNumberRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<NumberReplaced>(
            new ReplaceMembershipNumber(caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, request.NewMembershipNumber)
            {
                Salt = RandomNumberGenerator.GetBytes(MembershipNumber.SaltBytes),
            });
        return new V1.ReplaceMembershipNumberResponse { ReplaceTime = made.Time.ToWire() };
    }

    public override async Task<V1.ChooseProgrammeResponse> ChooseProgramme(V1.ChooseProgrammeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var made = await journal.Submit<ProgrammeChosen>(
            new ChooseProgramme(caller.NewContext(request.RequestId), caller.MemberId(), new PartnerId(request.PartnerId), new ProgrammeId(request.ProgrammeId)));
        return new V1.ChooseProgrammeResponse { PartnerId = made.PartnerId.Value, ProgrammeId = made.ProgrammeId.Value };
    }

    public override async Task<V1.GetMemberResponse> GetMember(V1.GetMemberRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (caller.Kind == CallerKind.Member)
        {
            InvalidFieldsException.Unless(
                IsEmpty(request.MembershipNumber),
                (request.Purpose == V1.Purpose.Unspecified, "purpose", "must be unset: you may see all of your own data."));
            return await Own(caller.MemberId(), context.CancellationToken);
        }

        InvalidFieldsException.Unless(
            IsSent(request.MembershipNumber),
            (request.Purpose != V1.Purpose.Unspecified, "purpose", _needsPurpose));
        var (number, purpose) = (request.MembershipNumber, (Purpose)(int)request.Purpose);
        var disclosure = await gate.Disclose(caller, number, purpose, DisclosureGate.OfMember);
        var (profile, membership, main) = await store.Read(
            rows => (
                rows.Find(new Profile.Of(disclosure.MemberId)), rows.Find(new Membership.Of(disclosure.MembershipId)),
                rows.Find(new MembershipNumber.OfMembership(disclosure.MembershipId))),
            context.CancellationToken);
        var member = Member(await profiles.Open(profile, context.CancellationToken), await reader.Memberships(disclosure.MemberId, context.CancellationToken));
        var response = new V1.GetMemberResponse
        {
            Memberships = { MemberMapping.ToWire(membership!.ProgrammeId, main?.Number ?? number, membership.EnrollTime) },
            Member = DisclosureGate.Release(member, disclosure),
            DisclosureId = disclosure.Id.ToString(),
            ConsentEventId = disclosure.Released.Count > 0 ? disclosure.ConsentEventId?.ToString() ?? "" : "",
        };
        response.Withheld.AddRange(DisclosureGate.Withheld(DisclosureGate.OfMember, disclosure));
        return response;
    }

    public override async Task<V1.GetBalancesResponse> GetBalances(V1.GetBalancesRequest request, ServerCallContext context)
    {
        var (caller, now) = (context.Caller(), Clock.Truncate(clock.GetUtcNow()));
        if (caller.Kind == CallerKind.Member)
        {
            InvalidFieldsException.Unless(IsEmpty(request.MembershipNumber));
            var own = await store.Read(
                rows => rows.FindAll(new Membership.ByMember(caller.MemberId())).Select(membership => Balance(rows, membership, now)).ToArray(),
                context.CancellationToken);
            return new V1.GetBalancesResponse
            {
                Balances = { own.OrderBy(found => found.Holdings.ProgrammeId.Value, StringComparer.Ordinal).Select(found => found.Holdings.ToWire(found.Programme?.PointValue)) },
            };
        }

        InvalidFieldsException.Unless(IsSent(request.MembershipNumber));
        var (home, found) = await store.Read(
            rows =>
            {
                var home = rows.Find(new Programme.OwnedBy(caller.PartnerId()));
                var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, request.MembershipNumber);
                return (home, membership is null ? null : Holdings.Find(rows, membership.ProgrammeId, membership.Id, now));
            },
            context.CancellationToken);
        return found is not null
            ? new V1.GetBalancesResponse { Balances = { found.ToWire(home!.PointValue, isMembers: false) } }
            : throw new RefusedException(home is null ? MemberRefusals.PartnerWithoutProgramme(caller.PartnerId()) : MemberRefusals.NumberNotFound(home.Id));
    }

    public override async Task<V1.GetRemindersResponse> GetReminders(V1.GetRemindersRequest request, ServerCallContext context)
    {
        var (member, now) = (context.Caller().MemberId(), Clock.Truncate(clock.GetUtcNow()));
        var found = await store.Read(
            rows => rows.FindAll(new Membership.ByMember(member)).Select(own => (own.ProgrammeId, Reminders: Reminder.Of(rows, own, now))).ToArray(), context.CancellationToken);
        return new V1.GetRemindersResponse
        {
            Reminders =
            {
                found.OrderBy(own => own.ProgrammeId.Value, StringComparer.Ordinal).SelectMany(own => own.Reminders.Select(reminder => reminder.ToWire(own.ProgrammeId))),
            },
        };
    }

    private static (Holdings Holdings, Programme? Programme) Balance(WorkingState rows, Membership membership, DateTime now) =>
        (Holdings.Find(rows, membership.ProgrammeId, membership.Id, now), rows.Find(new Programme.Of(membership.ProgrammeId)));

    private static (bool Holds, string Field, string Problem) IsEmpty(string number) =>
        (number.Length == 0, "membership_number", "must be empty: a member asks about themself.");

    private static (bool Holds, string Field, string Problem) IsSent(string number) =>
        (number.Length > 0, "membership_number", "is missing; send the member's number in your programme.");

    private async Task<V1.GetMemberResponse> Own(MemberId id, CancellationToken cancellation)
    {
        var memberships = await reader.Memberships(id, cancellation);
        return new V1.GetMemberResponse
        {
            Memberships = { memberships.Select(MemberMapping.ToWire) },
            Member = Member(await profiles.Open(await store.Read(rows => rows.Find(new Profile.Of(id)), cancellation), cancellation), memberships),
        };
    }

    private static V1.Member Member(Profile? profile, IEnumerable<NumberedMembership> memberships) => new()
    {
        Profile = profile?.ToWire() ?? new V1.MemberProfile(),
        ProgrammeIds = { memberships.Select(found => found.ProgrammeId.Value) },
    };
}
