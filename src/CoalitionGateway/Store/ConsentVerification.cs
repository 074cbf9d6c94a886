using System.Data.Common;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Store;

/// <summary>Compares the rows that a release rests on, consents and agreed purposes, with what the events make of them.</summary>
internal sealed class ConsentVerification(Action<string> problem)
{
    private readonly Dictionary<(Guid Member, string Partner, int Purpose), Consent> _consents = [];
    private readonly Dictionary<string, AgreedPurposes> _agreed = [];

    /// <summary>Takes in an event, in the order of the log.</summary>
    public void Event(Event made)
    {
        if (made is ConsentEvent { Consent: var consent })
        {
            _consents[(consent.MemberId.Value, consent.PartnerId.Value, (int)consent.Purpose)] = consent;
        }
        else if (made is PurposesAgreed agreed)
        {
            _agreed[agreed.PartnerId.Value] = agreed.Agreed;
        }
    }

    /// <param name="each">Runs a query and hands over its rows.</param>
    public void Compare(Action<string, Action<DbDataReader>> each)
    {
        var found = 0;
        each("SELECT member_id, partner_id, purpose, state, categories, notice_version, event_id FROM consent", row =>
        {
            found++;
            var key = (Stored.Uuid(row, 0), $"{row.GetValue(1)}", (int)(Stored.Number(row, 2) ?? 0));
            if (!_consents.TryGetValue(key, out var consent) || Stored.Number(row, 3) != (int)consent.State || $"{row.GetValue(4)}" != consent.Categories
                || $"{row.GetValue(5)}" != consent.NoticeVersion || Stored.Uuid(row, 6) != consent.EventId.Value)
            {
                problem($"the consent of member {key.Item1} for {key.Item2} is not what the events say");
            }
        });
        if (found < _consents.Count)
        {
            problem($"{_consents.Count - found} consents are missing");
        }

        var partners = 0;
        each("SELECT partner_id, purposes, version FROM agreed_purposes", row =>
        {
            partners++;
            if (!_agreed.TryGetValue($"{row.GetValue(0)}", out var agreed) || $"{row.GetValue(1)}" != agreed.Purposes || Stored.Number(row, 2) != agreed.Version)
            {
                problem($"the purposes agreed with {row.GetValue(0)} are not what the events say");
            }
        });
        if (partners < _agreed.Count)
        {
            problem($"the purposes agreed with {_agreed.Count - partners} partners are missing");
        }
    }
}
