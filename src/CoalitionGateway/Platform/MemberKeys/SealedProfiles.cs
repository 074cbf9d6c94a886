using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>Seals what members tell about themselves, and opens it for those who may read it.</summary>
internal sealed class SealedProfiles(MemberKeyStore keys)
{
    /// <summary>The profile as it is stored. Its member gets a key, if there is anything to seal.</summary>
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

    /// <summary>The profile as it was told. What no key opens any more is not there.</summary>
    /// <exception cref="Store.StoreUnavailableException">The key database does not answer.</exception>
    public async Task<Profile?> Open(Profile? stored, CancellationToken cancellation)
    {
        if (stored is null)
        {
            return null;
        }

        // A text that is not sealed is of an earlier gateway: it is sealed when this one starts.
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

    /// <summary>Forgets the key of a member who came to nothing: their request was refused, or was answered before.</summary>
    public Task Discard(Profile told, CancellationToken cancellation) => told.IsEmpty ? Task.CompletedTask : keys.Discard(told.MemberId, cancellation);

    /// <summary>Whether each field is sealed.</summary>
    public static bool IsSealed(Profile stored) => Texts(stored).All(text => MemberKey.KeyOf(text) is not null);

    /// <summary>The members whose keys open the profile's fields: after a link those of several.</summary>
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
