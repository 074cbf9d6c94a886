namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A fault that the model can have. The walks must find each of them, so that they would find it in the Ledger.</summary>
internal enum ModelFault
{
    None = 0,

    // The agreement.
    RoundsUp,
    IgnoresMinimum,
    EarnsOnPartOfSpend,
    ForgetsCategoryFactors,
    EarnsOnPaidWithPoints,
    AwardsWhatPointsPaid,
    TakesLatestAgreement,
    AcceptsLatePurchases,

    // Terms and days.
    TakesLatestTerms,
    CountsDaysInUtc,
    ExpiresADayLate,
    ForgetsSnap,
    UsableADayEarly,

    // Tiers.
    EarnsInReachedTierAtOnce,
    RoundsFactorUp,
    FactorOfCappedPoints,
    CountsPaidWithPointsForTier,
    CountsAllAwardsForTier,
    CountsOneAwardForTier,
    CountsHalfUnitsForTier,
    RollsOverOneMonthLess,
    CountsEverForTier,
    KeepsTierADayLonger,
    ForgetsKeepMonths,
    KeepsTierWithoutEnd,
    NeverRenewsTier,
    ReturnEndsTier,
    ReturnLeavesWayToTier,
    PointsExpireInAnyTier,
    NeverPauses,
    PauseCoversThePast,
    PauseForgetsInactivity,
    PauseForgetsPools,
    TermForgetsPause,
    LowerTierReplacesHigher,
    DatesTierBack,

    // Caps and campaigns.
    IgnoresProgrammeCap,
    IgnoresCountCap,
    IgnoresCampaignCap,
    ForgetsWithheld,
    AddsUpGroup,
    LastOfGroupWinsTie,
    IgnoresEndOfCampaign,
    CountsReturnedVisits,
    IgnoresBudget,
    BudgetOutlivesClosing,

    // Offers that a member activates.
    PaysWithoutActivation,
    WaitingUsesNoCap,
    ProgrammeCapForgetsWaiting,
    CountsAfterDeadline,
    ActivationForgetsReturns,
    ActivationIgnoresBudget,
    ActivationExpiresByPurchase,
    ReturnForgetsWhatWasReturnedBefore,

    // Purchases at several brands.
    PaysWithoutOtherBrand,
    TogetherADayLonger,
    TogetherForgetsLaterDays,
    TogetherCountsReturned,
    TogetherForgetsCaps,
    TogetherIsPaidByBrand,
    ReturnsTakeTogether,

    // Points without a purchase.
    IgnoresActivityCap,
    ForgetsActivityWithheld,
    IgnoresAwardLimit,
    AwardDayInUtc,
    OpeningUsesDayLimit,
    OpeningExpiresByTerms,
    AwardsArePending,
    AwardsUseProgrammeCap,
    ReturnsTakeAwards,
    AdjustmentForgivesDebt,
    AdjustmentIsPlain,
    AdjustmentIsPending,

    // Points and debt.
    TakesLatestExpiryFirst,
    TakesPlainFirst,
    PendingPaysDebtAtOnce,
    MaturedPaysNoDebt,
    KeepsExpiredUntilSwept,
    ForgetsTermInPool,
    TransferKeepsExpiry,

    // Referrals.
    PaysReferralAgain,
    ReferralIgnoresTime,
    ReferralIgnoresMost,
    MostEndsReferredToo,
    ReferralIsPaidWhereBought,
    ReferralByTermsOfToday,
    ReferralIsPlain,
    ReferralCountsNothing,
    ReturnsTakeReferral,

    // Inactivity.
    InactivityCountsFromPurchase,
    InactivityADayLonger,
    InactivityForgetsMonthEnd,
    InactivityByTermsOfPurchase,
    AwardsAreNoActivity,
    AwardsAreAlwaysActivity,
    InactivitySparesPlain,
    InactivitySparesPending,
    PaysDebtAtInactivity,
    InactivityEndsPools,
    InactivityOutlivesRule,
    ReturnForgetsInactivity,

    // Merges.
    MergeForgivesDebt,
    MergeForgetsTerms,
    MergeForgetsPause,
    MergeForgetsActivity,
    MergeForgetsTiers,

    // Cards, choices and invitations.
    LostCardStillWorks,
    LostCardForgetsThePast,
    CodeOutlivesItsCard,
    ForgetsChoices,
    ChoiceCountsForThePast,
    InvitationNeverEnds,
    MergeForgetsStamps,
    MergeForgetsGiven,
    MergeForgetsActivations,
    MembersReferThemselves,

    // Returns.
    RoundsReturnUp,
    TakesKeptAward,
    UncountsKeptAward,
    ReturnsBandInProportion,
    ReturnsFromOtherLotsFirst,
    TakesExpiredTwice,
    ReturnForgetsPools,
    KeepsCapUsedAfterReturn,
    KeepsCountAfterReturn,
    NeverRefillsBudget,
    UndoneReturnIsPlain,
}
