using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.People;

/// <summary>
/// Invites operators on the server's console: the first ones, and anew those who lost their passkeys while no two others are left.
/// Whoever has the console has the store and the keys too, so four eyes begin after it. The log shows the console as the caller.
/// </summary>
internal sealed class ConsoleInvitation(CommandJournal journal, LedgerStore store, PersonCodes codes, EndedCallers ended)
{
    private static readonly Caller _console = new(CallerKind.Gateway, "console");

    /// <summary>Invites an operator with all roles, or gives a present one a new code.</summary>
    /// <param name="id">The operator's id.</param>
    /// <param name="isRenewal">Whether it is a present operator, whose passkeys end.</param>
    /// <returns>The page with the one-time code, or the code alone where another authority signs persons in.</returns>
    /// <exception cref="InvalidOperationException">It is no id for a person, or not one that can be invited or renewed.</exception>
    /// <exception cref="RefusedException">There is no such operator to renew, or the id was a person's who was removed.</exception>
    public async Task<string> Operator(string id, bool isRenewal)
    {
        if (!IsId(id))
        {
            throw new InvalidOperationException($"'{id}' is no id for a person: 3 to {PersonId.Longest} characters of a-z, 0-9 and '-', the first a letter.");
        }

        var (person, context) = (new PersonId(id), _console.NewContext(Guid.CreateVersion7()));
        var known = await store.Read(rows => rows.Find(new Person.Of(person)), CancellationToken.None);
        if (known is { IsRemoved: false } && (!isRenewal || known.Kind != CallerKind.Operator))
        {
            throw new InvalidOperationException(
                known.Kind == CallerKind.Operator ? $"{id} is an operator already; --renew ends their passkeys and gives a new code." : $"{id} is an officer; two operators renew officers.");
        }

        if (isRenewal)
        {
            await journal.Submit<PersonRenewed>(new RenewPerson(context, person, codes.HashOf(codes.Of(context))));
            await ended.EndPerson(person, CancellationToken.None);
        }
        else
        {
            await Invite(context, person, CallerKind.Operator);
        }

        var code = codes.Of(context);
        return codes.UrlOf(code) is { Length: > 0 } url ? url : code;
    }

    public static bool IsId(string id) => TextForm.IsId(id) && id.Length <= PersonId.Longest;

    /// <summary>Invites a person with all roles of a kind.</summary>
    public Task<PersonInvited> Invite(PersonId person, CallerKind kind) => Invite(_console.NewContext(Guid.CreateVersion7()), person, kind);

    private Task<PersonInvited> Invite(CommandContext context, PersonId person, CallerKind kind) =>
        journal.Submit<PersonInvited>(new InvitePerson(context, person, kind, Person.RolesFor(kind), codes.HashOf(codes.Of(context))));
}

/// <summary>The persons of a sandbox. They exist there alone, and sign in by login_hint.</summary>
internal sealed class SandboxPeople(ConsoleInvitation console, LedgerStore store, GatewayOptions options) : IFirstWork
{
    public static readonly IReadOnlyList<(string Id, CallerKind Kind)> All =
    [
        ("operator-one", CallerKind.Operator), ("operator-two", CallerKind.Operator), ("officer-one", CallerKind.Officer), ("officer-two", CallerKind.Officer),
    ];

    public async Task Run(CancellationToken cancellation)
    {
        if (options.Sandbox && await store.Read(rows => All.Any(one => rows.Find(new Person.Of(new PersonId(one.Id))) is null), cancellation))
        {
            foreach (var one in All)
            {
                await Invite(one);
            }
        }
    }

    private async Task Invite((string Id, CallerKind Kind) one)
    {
        try
        {
            await console.Invite(new PersonId(one.Id), one.Kind);
        }
        catch (RefusedException)
        {
            // Another gateway was first.
        }
    }
}
