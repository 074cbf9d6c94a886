using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Movements;

internal sealed class MovementService(LedgerStore store, MovementReader reader, Paging paging) : V1.MovementService.MovementServiceBase
{
    public override async Task<V1.ListMovementsResponse> ListMovements(V1.ListMovementsRequest request, ServerCallContext context)
    {
        var (caller, language) = (context.Caller(), Languages.Of(request.Language));
        var isMember = caller.Kind == CallerKind.Member;
        var page = paging.Read(
            request.PageSize, request.PageToken, $"movements {caller} {request.ProgrammeId} {request.MembershipNumber} {language} {string.Join(',', request.Kinds)} {request.FromTime} {request.UntilTime}");
        InvalidFieldsException.Unless(
            (request.MembershipNumber.Length > 0 != isMember, "membership_number", isMember ? "must be empty: a member asks about themself." : "is missing; send the member's number in your programme."),
            (request.ProgrammeId.Length > 0 == isMember, "programme_id", isMember ? "is missing; send one of your programmes." : "must be empty: a partner asks about its own programme."),
            (Languages.All.Contains(language), "language", Languages.Needed),
            (request.FromTime is null || request.UntilTime is null || request.FromTime < request.UntilTime, "until_time", "must be after from_time."));
        var ((membership, refusal), programme) = await store.Read(
            rows =>
            {
                var asked = MembershipQuestion.Find(rows, caller, request.ProgrammeId, request.MembershipNumber);
                return (asked, asked.Membership is null ? null : rows.Find(new Programme.Of(asked.Membership.ProgrammeId)));
            },
            context.CancellationToken);
        if (membership is null)
        {
            throw new RefusedException(refusal!);
        }

        var (found, next) = await reader.Read(membership, After(page.After), Shows(caller, request), request.FromTime?.ToTime(), page.Size, context.CancellationToken);
        var names = await Names(found, context.CancellationToken);
        return new V1.ListMovementsResponse
        {
            Movements = { found.Select(movement => movement.ToWire(isMember, Sentence(language, movement, names), programme!.PointValue)) },
            NextPageToken = next is { } place ? paging.After(page, $"{place.Index} {place.Balance}") : "",
        };
    }

    /// <summary>A brand sees what it caused itself. The rest would tell it what the member did elsewhere.</summary>
    private static Func<Movement, bool> Shows(Caller caller, V1.ListMovementsRequest request) => movement =>
        !(movement.Event.Time >= request.UntilTime?.ToTime())
        && (request.Kinds.Count == 0 || request.Kinds.Contains((V1.MovementKind)(int)movement.Kind)) && (caller.Kind == CallerKind.Member || movement.Event.Header.Actor == caller);

    private static (long Index, long Balance)? After(string? key) => key?.Split(' ') is [var index, var balance]
        ? (long.Parse(index, CultureInfo.InvariantCulture), long.Parse(balance, CultureInfo.InvariantCulture))
        : null;

    private static string Sentence(string language, Movement movement, IReadOnlyDictionary<string, string> names)
    {
        var isSigned = movement.Kind is MovementKind.Adjustment or MovementKind.Unspecified;
        var told = isSigned ? movement.ToldPoints : Math.Abs(movement.ToldPoints);
        return movement.IsWithheld
            ? MovementSentences.OfWithheld(language, told)
            : MovementSentences.Of(language, movement.Kind, told, OtherOf(movement) is { } other ? names[other] : "");
    }

    /// <summary>The brand of a purchase or a return, or the other programme of a transfer.</summary>
    private static string? OtherOf(Movement movement) => movement.Event switch
    {
        TransferCreated transfer => (movement.Kind == MovementKind.TransferOut ? transfer.DestinationId : transfer.SourceId).Value,
        var made => made.Partner?.Value,
    };

    private async Task<IReadOnlyDictionary<string, string>> Names(IReadOnlyList<Movement> found, CancellationToken cancellation)
    {
        string[] others = [.. found.Select(OtherOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        return await store.Read(
            rows => others.ToDictionary(
                id => id, id => rows.Find(new Partner.Of(new PartnerId(id)))?.DisplayName ?? rows.Find(new Programme.Of(new ProgrammeId(id)))?.DisplayName ?? id, StringComparer.Ordinal),
            cancellation);
    }
}
