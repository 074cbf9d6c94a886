using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using Grpc.Core;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>
/// For every method of the contract: the callers it serves and the scope it needs. A method without a row fails.
/// </summary>
[Trait("Store", "any")]
public sealed class AccessTableTests(TestCoalition coalition)
{
    private const string _all = "Partner Member Officer Operator";

    // Written as an auditor would write it. The contract must say the same.
    private static readonly Dictionary<string, (string Callers, string Scope)> _table = new()
    {
        ["ProposalService/ListProposals"] = ("Officer Operator", "proposals.read"),
        ["ProposalService/ApproveProposal"] = ("Officer Operator", "proposals.decide"),
        ["ProposalService/DeclineProposal"] = ("Officer Operator", "proposals.decide"),
        ["PeopleService/InvitePerson"] = ("Operator", "people.manage"),
        ["PeopleService/ChangeRoles"] = ("Operator", "people.manage"),
        ["PeopleService/RenewPerson"] = ("Operator", "people.manage"),
        ["PeopleService/RemovePerson"] = ("Operator", "people.manage"),
        ["PeopleService/ListPeople"] = ("Officer Operator", "people.read"),
        ["ProgrammeService/ListProgrammes"] = (_all, "programmes.read"),
        ["ProgrammeService/GetProgramme"] = (_all, "programmes.read"),
        ["ProgrammeService/ListRoutes"] = (_all, "programmes.read"),
        ["ProgrammeService/ListPartners"] = (_all, "programmes.read"),
        ["ProgrammeService/RegisterPartner"] = ("Operator", "programmes.manage"),
        ["ProgrammeService/CreateProgramme"] = ("Operator", "programmes.manage"),
        ["ProgrammeService/AgreePurposes"] = ("Operator", "programmes.manage"),
        ["ProgrammeService/PublishAgreement"] = ("Operator", "programmes.manage"),
        ["ProgrammeService/PublishRoute"] = ("Operator", "programmes.manage"),
        ["MemberService/EnrollMember"] = ("Partner", "members.enroll"),
        ["MemberService/CreateLinkCode"] = ("Partner", "members.enroll"),
        ["MemberService/LinkMembership"] = ("Member", "members.link"),
        ["SignInService/CreateSignInCode"] = ("Partner", "members.enroll"),
        ["SignInService/LinkAccount"] = ("Operator", "accounts.link"),
        ["SignInService/GetSignIn"] = ("Member", "sign_in.read"),
        ["SignInService/RemovePasskey"] = ("Member", "sign_in.write"),
        ["SignInService/CancelNewStart"] = ("Member", "sign_in.write"),
        ["RuleService/ActivateCampaign"] = ("Member", "members.write"),
        ["RuleService/PreviewExpiry"] = ("Operator", "programmes.manage"),
        ["MemberService/GetReminders"] = ("Member", "balances.read"),
        ["MemberService/MergeMemberships"] = ("Member", "members.link"),
        ["MemberService/ReplaceMembershipNumber"] = ("Partner", "members.enroll"),
        ["MemberService/ChooseProgramme"] = ("Member", "members.write"),
        ["MemberService/GetMember"] = ("Partner Member", "members.read"),
        ["MemberService/GetBalances"] = ("Partner Member", "balances.read"),
        ["EarningService/RecordPurchase"] = ("Partner", "earning.write"),
        ["EarningService/ReversePurchase"] = ("Partner", "earning.write"),
        ["EarningService/RecordReturn"] = ("Partner", "earning.write"),
        ["EarningService/UndoReturn"] = ("Partner", "earning.write"),
        ["EarningService/StreamPurchases"] = ("Partner", "earning.write"),
        ["TransferService/QuoteTransfer"] = ("Member", "transfers.read"),
        ["TransferService/CreateTransfer"] = ("Member", "transfers.write"),
        ["EarningService/AwardPoints"] = ("Partner", "earning.award"),
        ["EarningService/StreamAwards"] = ("Partner", "earning.award"),
        ["EarningService/AdjustPoints"] = ("Operator", "points.adjust"),
        ["ProgrammeService/ListAgreements"] = (_all, "programmes.read"),
        ["EarningService/CompareEarning"] = ("Member", "balances.read"),
        ["MemberService/EnrollMembers"] = ("Partner", "members.enroll"),
        ["RuleService/SimulateRules"] = ("Operator", "programmes.manage"),
        ["EarningService/PreviewPurchase"] = ("Partner", "earning.write"),
        ["EarningService/GetPurchase"] = ("Partner", "earning.read"),
        ["EarningService/ListPurchases"] = ("Partner", "earning.read"),
        ["RuleService/PublishProgrammeTerms"] = ("Operator", "programmes.manage"),
        ["RuleService/ListProgrammeTerms"] = (_all, "programmes.read"),
        ["RuleService/PublishCampaign"] = ("Operator", "programmes.manage"),
        ["RuleService/GetTier"] = ("Partner Member", "balances.read"),
        ["RuleService/ListCampaigns"] = (_all, "programmes.read"),
        ["MovementService/ListMovements"] = ("Partner Member", "balances.read"),
        ["RewardService/PublishReward"] = ("Operator", "programmes.manage"),
        ["RewardService/ListRewards"] = (_all, "programmes.read"),
        ["RewardService/IdentifyMember"] = ("Partner", "spending.read"),
        ["RewardService/GetReceipt"] = ("Partner", "earning.read spending.read"),
        ["RewardService/ReservePoints"] = ("Partner", "spending.write"),
        ["RewardService/CaptureRedemption"] = ("Partner", "spending.write"),
        ["RewardService/ReleaseRedemption"] = ("Partner", "spending.write"),
        ["RewardService/RefundRedemption"] = ("Partner", "spending.write"),
        ["RewardService/ApproveRedemption"] = ("Member", "spending.write"),
        ["RewardService/DeclineRedemption"] = ("Member", "spending.write"),
        ["RewardService/GetRedemption"] = ("Partner Officer", "spending.read"),
        ["RewardService/ListRedemptions"] = ("Partner Member", "spending.read"),
        ["RewardService/ClaimReward"] = ("Member", "spending.write"),
        ["RewardService/ListVouchers"] = ("Member", "spending.read"),
        ["RewardService/CreatePaymentCode"] = ("Member", "spending.write"),
        ["RewardService/GetVoucher"] = ("Partner", "spending.read"),
        ["RewardService/ReturnVoucher"] = ("Partner", "spending.write"),
        ["RewardService/UseVoucher"] = ("Partner", "spending.write"),
        ["TransferService/GetTransfer"] = ("Member", "transfers.read"),
        ["TransferService/ListTransfers"] = ("Member", "transfers.read"),
        ["PoolService/CreatePool"] = ("Member", "pools.write"),
        ["PoolService/InviteMember"] = ("Member", "pools.write"),
        ["PoolService/AcceptInvitation"] = ("Member", "pools.write"),
        ["PoolService/ContributePoints"] = ("Member", "pools.write"),
        ["PoolService/WithdrawPoints"] = ("Member", "pools.write"),
        ["PoolService/LeavePool"] = ("Member", "pools.write"),
        ["PoolService/GetPool"] = ("Member", "pools.read"),
        ["PoolService/ListPools"] = ("Member", "pools.read"),
        ["ConsentService/GetNotice"] = (_all, "consents.read"),
        ["ConsentService/GiveConsent"] = ("Member", "consents.write"),
        ["ConsentService/WithdrawConsent"] = ("Member", "consents.write"),
        ["ConsentService/RefuseConsent"] = ("Member", "consents.write"),
        ["ConsentService/DeferConsent"] = ("Member", "consents.write"),
        ["ConsentService/RequestConsent"] = ("Partner", "consents.request"),
        ["ConsentService/RevokeConsent"] = ("Partner", "consents.request"),
        ["ConsentService/ListConsents"] = ("Member", "consents.read"),
        ["AuditService/FindMember"] = ("Officer", "audit.read"),
        ["AuditService/ListConsentEvents"] = ("Officer", "audit.read"),
        ["AuditService/ListDisclosures"] = ("Officer", "audit.read"),
        ["AuditService/GetVisibility"] = ("Officer", "audit.read"),
        ["AuditService/ListConsentsOnNotice"] = ("Officer", "audit.read"),
        ["AuditService/GetLedgerSummary"] = ("Officer", "audit.read"),
        ["AuditService/ListEvents"] = ("Partner Member Officer", "log.read"),
        ["AuditService/WatchEvents"] = ("Partner Member Officer", "log.read"),
        ["AuditService/GetCheckpoint"] = (_all, "log.read"),
        ["AuditService/GetInclusionProof"] = ("Partner Member Officer", "log.read"),
        ["AuditService/GetConsistencyProof"] = (_all, "log.read"),
        ["PrivacyService/StreamPersonalData"] = ("Member Officer", "personal_data.read"),
        ["PrivacyService/RectifyProfile"] = ("Member", "personal_data.write"),
        ["PrivacyService/RestrictProcessing"] = ("Member", "personal_data.write"),
        ["PrivacyService/LiftRestriction"] = ("Member", "personal_data.write"),
        ["PrivacyService/EraseMember"] = ("Member Operator", "personal_data.write"),
        ["PrivacyService/PreviewErasure"] = ("Member", "personal_data.read"),
        ["PrivacyService/ListDataAccesses"] = ("Member", "personal_data.read"),
        ["PrivacyService/ListNotifications"] = ("Partner", "notifications.read"),
        ["PrivacyService/AcknowledgeNotification"] = ("Partner", "notifications.write"),
        ["ConsentService/CreateGuardianCode"] = ("Member", "consents.write"),
        ["ConsentService/RefuseSharing"] = ("Member", "consents.write"),
        ["ConsentService/GetConsentReceipt"] = ("Member Officer", "consents.read"),
        ["ClientService/ListClients"] = ("Officer Operator", "clients.read"),
        ["ClientService/PublishClient"] = ("Operator", "clients.manage"),
        ["ClientService/IssueClientSecret"] = ("Operator", "clients.manage"),
        ["ClientService/PublishClientKeys"] = ("Operator", "clients.manage"),
        ["ClientService/SuspendClient"] = ("Operator", "clients.manage"),
        ["ClientService/ResumeClient"] = ("Operator", "clients.manage"),
        ["ClientService/SetSenderConstraint"] = ("Operator", "clients.manage"),
        ["ProgrammeService/PublishClosingRule"] = ("Operator", "programmes.manage"),
        ["ComplianceService/OpenRequest"] = ("Officer", "compliance.write"),
        ["ComplianceService/ExtendRequest"] = ("Officer", "compliance.write"),
        ["ComplianceService/CloseRequest"] = ("Officer", "compliance.write"),
        ["ComplianceService/ListRequests"] = ("Officer", "compliance.read"),
        ["ComplianceService/PlaceHold"] = ("Officer", "compliance.write"),
        ["ComplianceService/ReleaseHold"] = ("Officer", "compliance.write"),
        ["ComplianceService/ListHolds"] = ("Officer", "compliance.read"),
        ["ComplianceService/ReportBreach"] = ("Officer", "compliance.write"),
        ["ComplianceService/CloseBreach"] = ("Officer", "compliance.write"),
        ["ComplianceService/ListBreaches"] = ("Officer", "compliance.read"),
        ["ComplianceService/GetProcessingRecord"] = ("Officer", "compliance.read"),
        ["ComplianceService/ListRetentionDue"] = ("Officer", "compliance.read"),
    };

    // These bytes are not a message. An answer about access shows that access is checked before the message is parsed.
    private static readonly byte[] _noMessage = [0xFF, 0xFF, 0xFF];

    public static TheoryData<string> Rows => [.. _table.Keys];

    [Fact]
    public void Contract_EveryMethod_HasARowAndRulesThatAgree()
    {
        Assert.Equal(_table.Keys.Order(), RawCalls.Methods.Keys.Order());
        foreach (var (method, (callers, scope)) in _table)
        {
            var descriptor = RawCalls.Methods[method];
            var rule = MethodRules.Find($"/{descriptor.Service.FullName}/{descriptor.Name}");
            Assert.True(rule is not null, $"{method} has no access option.");
            Assert.Equal(callers.Split(' ').Order(), rule.Callers.Select(kind => kind.ToString()).Order());
            Assert.Equal(scope.Split(' '), rule.Scopes);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Call_WithoutAToken_IsUnauthenticated(string method) =>
        await Refused(method, null, StatusCode.Unauthenticated, "TOKEN_INVALID");

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Call_ByAnotherKindOfCaller_IsDenied(string method)
    {
        foreach (var kind in Enum.GetValues<CallerKind>().Where(kind => kind != CallerKind.Gateway && !_table[method].Callers.Contains(kind.ToString(), StringComparison.Ordinal)))
        {
            await Refused(method, await Token(kind, ""), StatusCode.PermissionDenied, "CALLER_NOT_ALLOWED");
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Call_WithoutTheScope_IsDenied(string method)
    {
        foreach (var (kind, needed) in Served(method).SelectMany(kind => _table[method].Scope.Split(' ').Select(scope => (kind, scope))))
        {
            var others = MethodRules.ScopesFor(kind).Where(scope => scope != needed).ToArray();
            Assert.NotEmpty(others);
            var refusal = await Refused(method, await Token(kind, string.Join(' ', others)), StatusCode.PermissionDenied, "SCOPE_MISSING");
            Assert.Equal(needed, refusal.Metadata["missing"]);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Call_WithOnlyTheRequiredScope_PassesThePolicy(string method)
    {
        foreach (var kind in Served(method))
        {
            var (failed, _) = await RawCalls.Call(coalition.Gateway.Channel, method, [], await Token(kind, _table[method].Scope));
            var reason = failed is null ? null : GatewayRefusal.From(failed)?.ReasonText;
            Assert.True(
                failed is null || (reason is not (null or "TOKEN_INVALID" or "CALLER_NOT_ALLOWED" or "SCOPE_MISSING" or "INTERNAL_FAULT")),
                $"{method} by {kind}: {failed?.Status} {reason}");
        }
    }

    private static IEnumerable<CallerKind> Served(string method) => _table[method].Callers.Split(' ').Select(Enum.Parse<CallerKind>);

    private async Task<GatewayRefusal> Refused(string method, string? token, StatusCode code, string reason)
    {
        var (failed, _) = await RawCalls.Call(coalition.Gateway.Channel, method, _noMessage, token);
        Assert.NotNull(failed);
        var refusal = GatewayRefusal.From(failed);
        Assert.Equal($"{method}: {code} / {reason}", $"{method}: {failed.StatusCode} / {refusal?.ReasonText}");
        return refusal!;
    }

    private async Task<string> Token(CallerKind kind, string scope) => kind switch
    {
        CallerKind.Partner => await coalition.Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, scope),
        CallerKind.Member => await coalition.Gateway.SignIn((await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId], scope),
        _ => await coalition.Gateway.TokenOf(kind, scope),
    };
}
