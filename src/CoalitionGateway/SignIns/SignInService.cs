using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.SignIns;

internal sealed class SignInService(CommandJournal journal, LedgerStore store, GatewayKeys keys, GatewayOptions options, TimeProvider clock) : V1.SignInService.SignInServiceBase
{
    private readonly OneTimeCodes _codes = OneTimeCodes.OfSignIns(keys);

    public override async Task<V1.CreateSignInCodeResponse> CreateSignInCode(V1.CreateSignInCodeRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var code = _codes.Make(caller.ToString(), Guid.Parse(request.RequestId));
        var made = await journal.Submit<SignInCodeCreated>(
            new CreateSignInCode(caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, _codes.HexHash(code)));
        return new V1.CreateSignInCodeResponse
        {
            SignInCode = code, SignInUrl = options.SignInPage is { } page ? $"{page}#{code}" : "", ExpireTime = made.ExpireTime.ToWire(),
        };
    }

    public override async Task<V1.LinkAccountResponse> LinkAccount(V1.LinkAccountRequest request, ServerCallContext context)
    {
        var hash = _codes.HexHash(request.SignInCode);

        // A retry finds no code any more. Its stored answer names the member.
        var found = await store.Read(rows => rows.Find(new SignInCode.WithCode(hash)), context.CancellationToken);
        var made = await journal.Submit<AccountLinked>(new LinkAccount(context.Caller().NewContext(request.RequestId), found?.AccountId.Member ?? default, hash));
        return new V1.LinkAccountResponse { MemberId = made.MemberId.ToString() };
    }

    public override async Task<V1.GetSignInResponse> GetSignIn(V1.GetSignInRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var (passkeys, codes, open) = await store.Read(
            rows => (rows.FindAll(new Passkey.ByAccount(member)), rows.FindAll(new RecoveryCode.ByMember(member)).Count, rows.Find(new SignInCode.Of(member))),
            context.CancellationToken);
        return new V1.GetSignInResponse
        {
            Passkeys = { passkeys.OrderBy(passkey => (passkey.CreateTime, passkey.Id)).Select(passkey => passkey.ToWire()) },
            RecoveryCodes = codes,
            OpenCode = open?.ExpireTime > clock.GetUtcNow().UtcDateTime ? open.ToWire() : null,
        };
    }

    public override async Task<V1.RemovePasskeyResponse> RemovePasskey(V1.RemovePasskeyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        await journal.Submit<PasskeyRemoved>(new RemovePasskey(caller.NewContext(request.RequestId), caller.MemberId(), Guid.Parse(request.PasskeyId)));
        return new V1.RemovePasskeyResponse();
    }

    public override async Task<V1.CancelNewStartResponse> CancelNewStart(V1.CancelNewStartRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        await journal.Submit<NewStartCancelled>(new CancelNewStart(caller.NewContext(request.RequestId), caller.MemberId()));
        return new V1.CancelNewStartResponse();
    }
}
