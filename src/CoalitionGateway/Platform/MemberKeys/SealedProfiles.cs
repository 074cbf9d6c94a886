using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>Seals members' profile data for storage, and opens it for reading.</summary>
internal sealed class SealedProfiles(MemberKeyStore keys)
{
    /// <summary>Seals a profile for storage. The member gets a key, if there is anything to seal.</summary>
    /// <exception cref="RefusedException">The member was erased.</exception>
    /// <exception cref="Store.StoreUnavailableException">The key database does not answer.</exception>
    public async Task<Profile> Seal(Profile told, CancellationToken cancellation)
    {
        if (told.IsEmpty)
        {
            return told;
        }

        using var key = await keys.Make(told.MemberId, cancellation) ?? throw new RefusedException(MemberRefusals.NoMember());
        return told.Map(key.Seal);
    }

    /// <summary>Seals the profile of a member whose id is new.</summary>
    /// <exception cref="Store.StoreUnavailableException">The key database does not answer.</exception>
    public async Task<Profile> SealNew(Profile told, CancellationToken cancellation)
    {
        if (told.IsEmpty)
        {
            return told;
        }

        using var key = await keys.MakeNew(told.MemberId, cancellation);
        return told.Map(key.Seal);
    }

    /// <summary>Opens a stored profile. Fields whose key was destroyed are left out.</summary>
    /// <exception cref="Store.StoreUnavailableException">The key database does not answer.</exception>
    public async Task<Profile?> Open(Profile? stored, CancellationToken cancellation)
    {
        if (stored is null)
        {
            return null;
        }

        // An unsealed text was stored by an earlier version of the gateway. This version seals such texts when it starts.
        var found = await keys.Find(KeysOf(stored), cancellation);
        try
        {
            return stored.Map((field, text) => MemberKey.KeyOf(text) is { } of ? found.GetValueOrDefault(of)?.Open(field, text) : text);
        }
        finally
        {
            foreach (var key in found.Values)
            {
                key.Dispose();
            }
        }
    }

    /// <summary>
    /// Deletes the key of a member whose enrolment did not take place: the request was refused, or was a retry.
    /// </summary>
    public Task Discard(Profile told, CancellationToken cancellation) => told.IsEmpty ? Task.CompletedTask : keys.Discard(told.MemberId, cancellation);

    /// <summary>Whether each field is sealed.</summary>
    public static bool IsSealed(Profile stored) => Texts(stored).All(text => MemberKey.KeyOf(text) is not null);

    /// <summary>The members whose keys open the profile's fields. After a link there can be several.</summary>
    public static IReadOnlyCollection<MemberId> KeysOf(Profile stored) => Texts(stored).Select(MemberKey.KeyOf).OfType<MemberId>().ToHashSet();

    private static List<string> Texts(Profile stored)
    {
        var texts = new List<string>();
        stored.Map((_, text) =>
        {
            texts.Add(text);
            return text;
        });
        return texts;
    }
}
