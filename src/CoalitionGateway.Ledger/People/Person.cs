namespace CoalitionGateway.Ledger.People;

/// <summary>What a person may do. The numbers match the contract's.</summary>
public enum PersonRole
{
    /// <summary>Reads what the person's kind may read.</summary>
    Read = 1,

    /// <summary>An operator who changes the coalition, alone or by proposals.</summary>
    Publish = 2,

    /// <summary>An operator who decides operators' proposals.</summary>
    Approve = 3,

    /// <summary>An officer who handles cases: requests, holds and breaches.</summary>
    CaseWork = 4,

    /// <summary>An officer who decides officers' proposals.</summary>
    Lead = 5,
}

/// <summary>
/// A person who signs in for the operator or for compliance. The row stays when the person is removed, so that nobody else gets the
/// id.
/// </summary>
/// <param name="Kind">Operator or Officer.</param>
/// <param name="Roles">The numbers of <see cref="PersonRole"/>, ascending, with commas between.</param>
/// <param name="InviteTime">When the person was invited.</param>
/// <param name="RemoveTime">When the person was removed; null: not.</param>
/// <param name="RenewTime">When the person got a new code; sign-ins before that count no more. Null: never.</param>
public sealed record Person(PersonId Id, CallerKind Kind, string Roles, DateTime InviteTime, DateTime? RemoveTime, DateTime? RenewTime = null) : Row
{
    public override Key Primary => new Of(Id);

    public bool IsRemoved => RemoveTime is not null;

    public IReadOnlyList<PersonRole> All => RolesOf(Roles);

    /// <summary>Whether the person has a role, and is not removed.</summary>
    public bool Has(PersonRole role) => !IsRemoved && All.Contains(role);

    /// <summary>Whether the person changes something, alone or by proposals.</summary>
    public bool Changes => Has(Kind == CallerKind.Officer ? PersonRole.CaseWork : PersonRole.Publish);

    /// <summary>What a change of the person replaces: see <see cref="Governance.Basis"/>.</summary>
    public string Basis => $"{Roles} {RenewTime:O}";

    /// <summary>Whether the person decides proposals of their kind.</summary>
    public bool Decides => Has(Kind == CallerKind.Officer ? PersonRole.Lead : PersonRole.Approve);

    /// <summary>The roles that persons of a kind can have.</summary>
    public static IReadOnlyList<PersonRole> RolesFor(CallerKind kind) => kind switch
    {
        CallerKind.Operator => [PersonRole.Read, PersonRole.Publish, PersonRole.Approve],
        CallerKind.Officer => [PersonRole.Read, PersonRole.CaseWork, PersonRole.Lead],
        _ => [],
    };

    /// <summary>Roles as a row stores them.</summary>
    public static string Join(IEnumerable<PersonRole> roles) => string.Join(',', roles.Distinct().Order().Select(role => (int)role));

    /// <summary>Reads the text that <see cref="Join"/> wrote.</summary>
    public static IReadOnlyList<PersonRole> RolesOf(string roles) =>
        [.. roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(role => (PersonRole)int.Parse(role, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Callers and strangers choose ids, so the absence of a person is not remembered.</summary>
    public sealed record Of(PersonId Id) : Key<Person>
    {
        public override bool RemembersAbsence() => false;
    }
}
