using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Words;

public sealed partial record PortalWords
{
    // Everywhere
    public required string Brand { get; init; }
    public required string SkipToContent { get; init; }
    public required string PagesOf { get; init; }
    public required string Menu { get; init; }
    public required string LanguageName { get; init; }
    public required string SignOut { get; init; }
    public required string BackHome { get; init; }
    public required string Details { get; init; }
    public required string TryAgain { get; init; }
    public required string Older { get; init; }
    public required string Show { get; init; }
    public required string You { get; init; }
    public required string When { get; init; }
    public required string BrandWord { get; init; }
    public required string Programme { get; init; }
    public required string Points { get; init; }
    public required string PointsWord { get; init; }
    public required string WorthAbout { get; init; }
    public required string LastDay { get; init; }
    public required string HowMany { get; init; }
    public required string AtMost { get; init; }
    public required string NumberNeeded { get; init; }
    public required string CheckField { get; init; }
    public required string Proof { get; init; }

    // Failures
    public required string NotFoundTitle { get; init; }
    public required string NotFoundRemedy { get; init; }
    public required string OldFormTitle { get; init; }
    public required string OldFormRemedy { get; init; }
    public required string NoAnswerTitle { get; init; }
    public required string NoAnswerRemedy { get; init; }
    public required string BusyTitle { get; init; }
    public required string BusyRemedy { get; init; }
    public required string FaultTitle { get; init; }
    public required string FaultRemedy { get; init; }

    // Signing in
    public required string WelcomeTitle { get; init; }
    public required string WelcomeLead { get; init; }
    public required string SignInButton { get; init; }
    public required string SignInFailed { get; init; }
    public required string SessionEnded { get; init; }
    public required string SandboxTitle { get; init; }
    public required string SandboxLead { get; init; }
    public required string SandboxAs { get; init; }
    public required string SignInAndDevices { get; init; }

    // Home
    public required string HomeTitle { get; init; }
    public required string Greeting { get; init; }
    public required string EndsSoon { get; init; }
    public required string TierEnds { get; init; }
    public required string PointsEnd { get; init; }
    public required string NoProgrammes { get; init; }
    public required string Pending { get; init; }
    public required string UsableFrom { get; init; }
    public required string Reserved { get; init; }
    public required string Owed { get; init; }
    public required string OwedWhy { get; init; }
    public required string InPool { get; init; }
    public required string InvitedToPool { get; init; }
    public required string SeeInvitation { get; init; }
    public required string ExpiresNext { get; init; }
    public required string Inactive { get; init; }
    public required string Tier { get; init; }
    public required string NextTier { get; init; }
    public required string NextReward { get; init; }
    public required string StillMissing { get; init; }
    public required string InReach { get; init; }
    public required string OfferActive { get; init; }
    public required string OfferOpen { get; init; }
    public required string ActivateOffer { get; init; }
    public required string OfferActivated { get; init; }

    // History
    public required string HistoryTitle { get; init; }
    public required string AllProgrammes { get; init; }
    public required string Kind { get; init; }
    public required string AllKinds { get; init; }
    public required string NoMovements { get; init; }
    public required string BalanceAfter { get; init; }
    public required string Download { get; init; }
    public required IReadOnlyList<(MovementKind Kind, string Name)> MovementKinds { get; init; }

    // Spending
    public required string SpendTitle { get; init; }
    public required string VouchersTitle { get; init; }
    public required string NoRewards { get; init; }
    public required string Claim { get; init; }
    public required string ClaimFromPool { get; init; }
    public required string Claimed { get; init; }
    public required string NoVouchers { get; init; }
    public required string VoucherHow { get; init; }
    public required string VoucherUsed { get; init; }
    public required string VoucherExpired { get; init; }
    public required string EntitledUntil { get; init; }
    public required string Payments { get; init; }
    public required string PaymentWaits { get; init; }
    public required string PaymentReserved { get; init; }
    public required string PaymentPaid { get; init; }
    public required string PaymentRefunded { get; init; }
    public required string PaymentReleased { get; init; }
    public required string Approve { get; init; }
    public required string DeclinePayment { get; init; }
    public required string PaymentApproved { get; init; }
    public required string PaymentDeclined { get; init; }
    public required string PayAtTill { get; init; }
    public required string MostPoints { get; init; }
    public required string MostPointsWhy { get; init; }
    public required string MakePaymentCode { get; init; }
    public required string PaymentCode { get; init; }
    public required string PaymentCodeHow { get; init; }

    // Moving points
    public required string MoveTitle { get; init; }
    public required string MoveLead { get; init; }
    public required string NoRoutes { get; init; }
    public required string MoveFrom { get; init; }
    public required string MoveTo { get; init; }
    public required string InSteps { get; init; }
    public required string ShowQuote { get; init; }
    public required string QuoteTitle { get; init; }
    public required string Leaves { get; init; }
    public required string Arrives { get; init; }
    public required string PaysDebt { get; init; }
    public required string WorthLost { get; init; }
    public required string WorthGained { get; init; }
    public required string AtOnce { get; init; }
    public required string MoveIsFinal { get; init; }
    public required string MoveNow { get; init; }
    public required string MovedTitle { get; init; }
    public required string Moved { get; init; }
    public required string TransferId { get; init; }
    public required string MoveMore { get; init; }
    public required string NotEnoughPoints { get; init; }
    public required string NotEnoughForAny { get; init; }

    // Pools
    public required string PoolsTitle { get; init; }
    public required string PoolsLead { get; init; }
    public required string NoPools { get; init; }
    public required string YourShare { get; init; }
    public required string YouAreInvited { get; init; }
    public required string NewPool { get; init; }
    public required string CreatePool { get; init; }
    public required string PoolTitle { get; init; }
    public required string InvitationLead { get; init; }
    public required string AcceptInvitation { get; init; }
    public required string DeclineInvitation { get; init; }
    public required string PoolMembers { get; init; }
    public required string Who { get; init; }
    public required string Share { get; init; }
    public required string MemberNumbered { get; init; }
    public required string InvitedUntil { get; init; }
    public required string Contribute { get; init; }
    public required string TakeBack { get; init; }
    public required string Invite { get; init; }
    public required string TheirNumber { get; init; }
    public required string TheirNumberWhy { get; init; }
    public required string LeavePool { get; init; }
    public required string LeavePoolWhy { get; init; }
    public required string SpendShare { get; init; }
    public required string PoolCreated { get; init; }
    public required string PoolJoined { get; init; }
    public required string PoolInvited { get; init; }
    public required string PoolLeft { get; init; }
    public required string Contributed { get; init; }
    public required string TakenBack { get; init; }

    // Earning
    public required string EarnTitle { get; init; }
    public required string EarnLead { get; init; }
    public required string ForPurchase { get; init; }
    public required string Category { get; init; }
    public required string Compare { get; init; }
    public required string Best { get; init; }
    public required string EarnsHere { get; init; }
    public required string ChooseThis { get; init; }
    public required string Chosen { get; init; }

    // Sharing
    public required string SharingTitle { get; init; }
    public required string SharingLead { get; init; }
    public required string Decide { get; init; }
    public required string Withdraw { get; init; }
    public required string Withdrawn { get; init; }
    public required string RefuseAll { get; init; }
    public required string RefuseAllWhy { get; init; }
    public required string RefusedAll { get; init; }
    public required string ConsentTitle { get; init; }
    public required string MayKnow { get; init; }
    public required string TickOne { get; init; }
    public required string AnswerYes { get; init; }
    public required string AnswerNo { get; init; }
    public required string AnswerNeeded { get; init; }
    public required string AnswerLater { get; init; }
    public required string NeverACondition { get; init; }
    public required string NoticeTitle { get; init; }
    public required string NoticeVersion { get; init; }
    public required string IAmAChild { get; init; }
    public required string GuardianCode { get; init; }
    public required string GuardianCodeWhy { get; init; }
    public required string ConsentGiven { get; init; }
    public required string ConsentDeferred { get; init; }
    public required string ConsentRefused { get; init; }
    public required Dictionary<Purpose, (string Name, string Meaning)> Purposes { get; init; }
    public required Dictionary<DataCategory, string> Categories { get; init; }
    public required Dictionary<ConsentState, string> ConsentStates { get; init; }

    // Who saw my data
    public required string SeenTitle { get; init; }
    public required string SeenLead { get; init; }
    public required string NobodySaw { get; init; }
    public required string Saw { get; init; }
    public required string SawNothing { get; init; }
    public required string AnOfficer { get; init; }
    public required string TheConsent { get; init; }
    public required string ReadCopy { get; init; }
    public required string ReadFound { get; init; }
    public required string ReadOther { get; init; }
    public required string OtherProgrammes { get; init; }
    public required string OtherPoints { get; init; }
    public required Dictionary<FindReason, string> Reasons { get; init; }
    public required Dictionary<DisclosureBasis, string> Bases { get; init; }

    // Proofs
    public required string ProofsTitle { get; init; }
    public required string ProofsLead { get; init; }
    public required string ProofsOfConsents { get; init; }
    public required string NoConsents { get; init; }
    public required string ProofsOfPoints { get; init; }
    public required string ProofsOfAccesses { get; init; }
    public required string ProofTitle { get; init; }
    public required string ProofLead { get; init; }
    public required string ProofNeedsScript { get; init; }
    public required string ProofRunning { get; init; }
    public required string ProofGood { get; init; }
    public required string ProofBad { get; init; }
    /// <summary>The log's entries that concern members, by their type.</summary>
    public required Dictionary<string, string> EventNames { get; init; }

    public required string WhatHappened { get; init; }
    public required string PlaceInLog { get; init; }
    public required string PlaceOf { get; init; }
    public required string KeepBundle { get; init; }
    public required string KeepReceipt { get; init; }
    public required string HowChecked { get; init; }
    public required string ProofWaits { get; init; }

    // My data
    public required string DataTitle { get; init; }
    public required string CopyTitle { get; init; }
    public required string CopyLead { get; init; }
    public required string CopyToRead { get; init; }
    public required string CopyForPrograms { get; init; }
    public required string ProfileTitle { get; init; }
    public required string ProfileLead { get; init; }
    public required string DisplayName { get; init; }
    public required string BirthDate { get; init; }
    public required string BirthDateHow { get; init; }
    public required string Email { get; init; }
    public required string PhoneNumber { get; init; }
    public required string PhoneNumberHow { get; init; }
    public required string PostalCode { get; init; }
    public required string CountryCode { get; init; }
    public required string CountryCodeHow { get; init; }
    public required string Save { get; init; }
    public required string Corrected { get; init; }
    public required string MembershipsTitle { get; init; }
    public required string LinkTitle { get; init; }
    public required string LinkLead { get; init; }
    public required string LinkCode { get; init; }
    public required string LinkNumber { get; init; }
    public required string LinkAdd { get; init; }
    public required string Linked { get; init; }
    public required string RestrictTitle { get; init; }
    public required string RestrictLead { get; init; }
    public required string RestrictWhy { get; init; }
    public required string Restrict { get; init; }
    public required string LiftRestriction { get; init; }
    public required string Restricted { get; init; }
    public required string Lifted { get; init; }
    public required Dictionary<RestrictionGround, string> Grounds { get; init; }
    public required string GuardianTitle { get; init; }
    public required string GuardianLead { get; init; }
    public required string MakeGuardianCode { get; init; }
    public required string GuardianCodeHow { get; init; }
    public required string EraseTitle { get; init; }
    public required string EraseLead { get; init; }
    public required string ErasePreview { get; init; }
    public required string EraseWarning { get; init; }
    public required string YouLose { get; init; }
    public required string GoesToHeir { get; init; }
    public required string YouLoseAccess { get; init; }
    public required string WeKeep { get; init; }
    public required string CopyFirst { get; init; }
    public required string EraseSure { get; init; }
    public required string EraseNotSure { get; init; }
    public required string EraseNow { get; init; }
    public required string ErasedTitle { get; init; }
    public required string ErasedLead { get; init; }
    public required string ErasedProof { get; init; }

    // Help
    public required string HelpTitle { get; init; }
    public required string AskOfficer { get; init; }
    public required string AskOfficerLead { get; init; }
    public required string HelpYourself { get; init; }
    public required string HelpPoints { get; init; }
    public required string HelpSharing { get; init; }
    public required string HelpData { get; init; }
    public required string HelpSignIn { get; init; }

    /// <summary>Refusals by their reason. {name} stands for the value of that name in the refusal's metadata.</summary>
    public required Dictionary<ErrorReason, string> Refusals { get; init; }
}
