namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// Stores the keys of new members. Keys that arrive while one transaction commits are stored together in the next.
/// </summary>
/// <param name="store">Stores keys in one transaction.</param>
internal sealed class NewKeys(Func<IReadOnlyList<WrappedKey>, Task> store)
{
    private readonly Lock _guard = new();
    private List<WrappedKey> _waiting = [];
    private TaskCompletionSource _stored = New();
    private bool _isStoring;

    /// <summary>Returns when the key is stored.</summary>
    public Task Add(WrappedKey key)
    {
        lock (_guard)
        {
            _waiting.Add(key);
            if (!_isStoring)
            {
                _isStoring = true;
                _ = Task.Run(Store);
            }

            return _stored.Task;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Store()
    {
        while (true)
        {
            List<WrappedKey> keys;
            TaskCompletionSource stored;
            lock (_guard)
            {
                if (_waiting.Count == 0)
                {
                    _isStoring = false;
                    return;
                }

                (keys, stored, _waiting, _stored) = (_waiting, _stored, [], New());
            }

            try
            {
                await store(keys);
                stored.SetResult();
            }
            catch (Exception failed)
            {
                stored.SetException(failed);
            }
        }
    }
}
