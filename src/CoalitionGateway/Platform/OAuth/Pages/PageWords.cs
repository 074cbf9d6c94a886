namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>The words of the authority's pages in one language. {0} stands for a name, a number or a time.</summary>
/// <param name="Code">The language (RFC 5646).</param>
/// <param name="Name">The language's own name.</param>
public sealed partial record PageWords(string Code, string Name)
{
    public required string SignInTitle { get; init; }

    public required string SignInLead { get; init; }

    public required string SignInAgain { get; init; }

    public required string SignInButton { get; init; }

    public required string HaveCode { get; init; }

    public required string HaveRecoveryCode { get; init; }

    public required string NeedsScript { get; init; }

    public required string PasskeyFailed { get; init; }

    public required string CodeTitle { get; init; }

    public required string CodeLead { get; init; }

    public required string CodeLabel { get; init; }

    public required string Continue { get; init; }

    public required string CodeInvalid { get; init; }

    public required string TooOften { get; init; }

    public required string MakeTitle { get; init; }

    public required string MakeLead { get; init; }

    public required string NameLabel { get; init; }

    public required string NameDefault { get; init; }

    public required string NewStartTitle { get; init; }

    public required string NewStartLead { get; init; }

    public required string NewStartButton { get; init; }

    public required string NewStartWaiting { get; init; }

    public required string RecoveryTitle { get; init; }

    public required string RecoveryLead { get; init; }

    public required string RecoveryInvalid { get; init; }

    public required string AccountTitle { get; init; }

    public required string Passkeys { get; init; }

    public required string Made { get; init; }

    public required string AddPasskey { get; init; }

    public required string Remove { get; init; }

    public required string LastPasskey { get; init; }

    public required string RecoveryCodes { get; init; }

    public required string CodesLeft { get; init; }

    public required string MakeCodes { get; init; }

    public required string CodesShown { get; init; }

    public required string Sessions { get; init; }

    public required string ThisSession { get; init; }

    public required string Since { get; init; }

    public required string End { get; init; }

    public required string Apps { get; init; }

    public required string NoApps { get; init; }

    public required string Withdraw { get; init; }

    public required string OpenCode { get; init; }

    public required string OpenStart { get; init; }

    public required string Cancel { get; init; }

    public required string SignOut { get; init; }

    public required string ConsentTitle { get; init; }

    public required string ConsentLead { get; init; }

    public required string ConsentNote { get; init; }

    public required string Allow { get; init; }

    public required string Deny { get; init; }

    public required string Language { get; init; }

    public required string MaySee { get; init; }

    public required string MayMove { get; init; }

    public required string MayPool { get; init; }

    public required string MaySpend { get; init; }

    public required string MayShare { get; init; }

    public required string MaySeeSharing { get; init; }

    public required string MayChoose { get; init; }

    public required string MayLink { get; init; }

    public required string MaySeeData { get; init; }

    public required string MayChangeData { get; init; }

    public required string MaySeeLog { get; init; }

    public required string MaySeeSignIn { get; init; }

    public required string MayChangeSignIn { get; init; }

    public required string MayRead { get; init; }

    public required string MayAct { get; init; }

    public required string MayDecide { get; init; }

    public required string MayStay { get; init; }
}
