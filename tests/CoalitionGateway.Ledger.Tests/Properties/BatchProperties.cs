using System.Collections.Concurrent;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>
/// Commands in one batch behave exactly as if each had run alone, in order, including repeated request ids. This holds for every
/// batch size and for everything that the journal caches between batches.
/// </summary>
public sealed class BatchProperties
{
    private static readonly (int Size, int? Capacity)[] _ways =
        [(1, 200_000), (7, 200_000), (200, 200_000), (7, null), (7, 100), (200, 500)];

    private readonly ConcurrentDictionary<string, int> _seen = new();

    [Fact]
    public void Run_InBatchesOfAnySize_GivesTheSameAnswersRowsAndEntries()
    {
        Sizes.Check(AnyScenario.OfLength(Sizes.Soaks ? 1500 : 250), scenario =>
        {
            var commands = scenario.Commands;
            // Each command alone, with an empty cache. All other ways are compared with this one.
            var alone = Run(commands, 1, null);
            Count(commands, alone.Answers);
            foreach (var (size, capacity) in _ways)
            {
                var way = Run(commands, size, capacity);
                for (var i = 0; i < commands.Count; i++)
                {
                    Assert.True(alone.Texts[i] == way.Texts[i], $"Batches of {size}, memory of {capacity}: {commands[i].Command} is answered\n{way.Texts[i]}\ninstead of\n{alone.Texts[i]}");
                }

                Assert.Equal(alone.Rows, way.Rows);
                Assert.Equal(alone.Store.Entries, way.Store.Entries);
            }
        }, 40);

        AssertAllWasTried();
    }

    private static Outcomes Run(IReadOnlyList<(Command, DateTime)> commands, int size, int? capacity)
    {
        var store = new MemoryStore();
        var audit = new Audit(store);
        var journal = new MemoryJournal(store, capacity is { } some ? new RowMemory(some) : null) { Committed = audit.Check };
        Answer[] answers = [.. commands.Chunk(size).SelectMany(journal.Run)];
        audit.CheckAll();
        return new Outcomes(store, answers);
    }

    private void Count(IReadOnlyList<(Command Command, DateTime)> commands, IReadOnlyList<Answer> answers)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            var what = answers[i].Refusal?.Reason.ToString() ?? "accepted";
            _seen.AddOrUpdate($"{commands[i].Command.Method} {(answers[i].IsRepeated ? "again " : "")}{what}", 1, (_, before) => before + 1);
        }
    }

    /// <summary>
    /// A property holds trivially for cases that never occur. So every branch that steps can reach must have been reached.
    /// </summary>
    private void AssertAllWasTried()
    {
        string[] expected =
        [
            "RecordPurchase accepted", "RecordPurchase again accepted", "RecordPurchase PurchaseReferenceTaken", "RecordPurchase MembershipNotFound",
            "RecordPurchase RequestIdReused", "RecordPurchase again PurchaseReferenceTaken",
            "ReversePurchase accepted", "ReversePurchase again accepted", "ReversePurchase PurchaseNotFound", "ReversePurchase ReturnExceedsPurchase",
            "RecordReturn accepted", "RecordReturn again accepted", "RecordReturn MembershipNotFound",
            "CreateTransfer accepted", "CreateTransfer again accepted", "CreateTransfer AmountNotInSteps", "CreateTransfer RouteSuspended",
            "CreateTransfer InsufficientPoints", "CreateTransfer again InsufficientPoints", "CreateTransfer MembershipNotFound", "CreateTransfer AmountBelowMinimum",
            "CreatePool accepted", "CreatePool again accepted", "CreatePool MembershipNotFound",
            "InviteMember accepted", "InviteMember again accepted", "InviteMember AlreadyInPool", "InviteMember PoolNotFound",
            "AcceptInvitation accepted", "AcceptInvitation AlreadyInPool", "AcceptInvitation InvitationExpired", "AcceptInvitation PoolNotFound",
            "ContributePoints accepted", "ContributePoints again accepted", "ContributePoints InsufficientPoints", "ContributePoints PoolNotFound",
            "WithdrawPoints accepted", "WithdrawPoints again accepted", "WithdrawPoints InsufficientShare", "WithdrawPoints PoolNotFound",
            "LeavePool accepted", "LeavePool PoolNotFound",
            "CreateLinkCode accepted", "CreateLinkCode MembershipNotFound", "LinkMembership accepted", "LinkMembership LinkCodeInvalid", "LinkMembership MembershipExists",
            "ChooseProgramme accepted", "ChooseProgramme AgreementNotFound", "ChooseProgramme MembershipNotFound",
            "GiveConsent accepted", "GiveConsent again accepted", "GiveConsent NoticeOutdated", "WithdrawConsent accepted", "WithdrawConsent ConsentNotFound",
            "GiveConsent PurposeNotAgreed", "RefuseConsent accepted", "RefuseConsent ConsentInForce", "RefuseConsent ConsentWasRefused", "DeferConsent accepted", "DeferConsent ConsentNotFound",
            "RequestConsent accepted", "RequestConsent again accepted", "RequestConsent ConsentInForce", "RequestConsent ConsentRequested", "RequestConsent ConsentWasRefused",
            "RevokeConsent accepted", "RevokeConsent ConsentNotFound", "AgreePurposes accepted",
            "Disclose accepted", "EnrollMember accepted", "EnrollMember MembershipNumberTaken",
            "EraseMember accepted", "EraseMember again accepted", "EraseMember MemberNotFound", "EraseMember PointsRemain", "EraseMember ErasureHeld",
            "PlaceHold accepted", "PlaceHold MemberNotFound", "ReleaseHold accepted", "ReleaseHold HoldNotFound", "PublishClosingRule accepted", "PublishClosingRule MembershipNotFound",
            "RectifyProfile accepted", "RectifyProfile MemberNotFound", "RestrictProcessing accepted", "RestrictProcessing RestrictionInForce",
            "LiftRestriction accepted", "LiftRestriction RestrictionNotFound", "RefuseSharing accepted", "RequestConsent SharingRefused",
            "AcknowledgeNotification accepted", "AcknowledgeNotification NotificationNotFound",
            "OpenRequest accepted", "ExtendRequest accepted", "ExtendRequest RequestNotFound", "ExtendRequest RequestExtended", "CloseRequest accepted", "CloseRequest RequestClosed",
            "ReportBreach accepted", "CloseBreach accepted", "CloseBreach BreachNotFound", "CloseBreach BreachClosed",
            "PublishRoute accepted", "PublishRoute RatesGainInCycle", "PublishAgreement accepted",
        ];
        Assert.Empty(expected.Except(_seen.Keys));
    }

    private sealed class Outcomes(MemoryStore store, Answer[] answers)
    {
        public MemoryStore Store { get; } = store;

        public IReadOnlyList<Answer> Answers { get; } = answers;

        /// <summary>The answers' bytes. They are stored, and the caller's answer is made from them.</summary>
        public IReadOnlyList<string> Texts { get; } =
            [.. answers.Select(answer => $"{answer.IsRepeated} {Convert.ToHexStringLower(answer.Event?.Encode() ?? answer.Refusal!.Encode())}")];

        public IReadOnlyList<string> Rows { get; } = [.. store.Rows.Select(Written.Of).Order(StringComparer.Ordinal)];
    }
}
