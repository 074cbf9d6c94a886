using System.Collections.Frozen;

namespace CoalitionGateway.Rewards;

/// <summary>
/// The words of receipts in one language. {0} is a number of points or an amount of money, {1} what the points are worth, {2} a
/// name or a day. The words around a number are the same for every number, so no language needs its plural forms here.
/// </summary>
internal sealed record ReceiptWords(char DecimalSign)
{
    public required string Earned { get; init; }

    public required string EarnedIn { get; init; }

    public required string Purchase { get; init; }

    public required string Campaign { get; init; }

    public required string Tier { get; init; }

    public required string Waiting { get; init; }

    public required string Withheld { get; init; }

    public required string Pending { get; init; }

    public required string TakenBack { get; init; }

    public required string Paid { get; init; }

    public required string Reserved { get; init; }

    public required string ToApprove { get; init; }

    public required string Released { get; init; }

    public required string GivenBack { get; init; }

    public required string Balance { get; init; }

    public required string Owed { get; init; }

    public required string Expires { get; init; }

    public required string Reward { get; init; }

    public required string NextReward { get; init; }

    public required string NextTierByPoints { get; init; }

    public required string NextTierBySpend { get; init; }

    public required string NextTierByPurchases { get; init; }

    public required string NextTierByUnits { get; init; }

    private static readonly FrozenDictionary<string, ReceiptWords> _languages = new Dictionary<string, ReceiptWords>(StringComparer.Ordinal)
    {
        ["en"] = new('.')
        {
            Earned = "Points earned: {0}, worth {1}", EarnedIn = "Points earned in {2}: {0}, worth {1}",
            Purchase = "for this purchase: {0}",
            Campaign = "from the campaign {2}: {0}", Tier = "from your tier {2}: {0}", Waiting = "more when you activate {2}: {0}",
            Withheld = "not given, because a limit was reached: {0}", Pending = "usable from {2} on: {0}",
            TakenBack = "Points taken back by returns: {0}",
            Paid = "Paid with points: {0}, worth {1}", Reserved = "Points reserved for this payment: {0}, worth {1}",
            ToApprove = "Please approve the payment in the app.", Released = "Points not used, and yours again: {0}",
            GivenBack = "Points given back: {0}",
            Balance = "Your points: {0}, worth {1}", Owed = "Points that you owe: {0}", Expires = "Points that you can use until {2}: {0}",
            Reward = "You can claim: {2}", NextReward = "Points missing for {2}: {0}",
            NextTierByPoints = "Points missing for the tier {2}: {0}",
            NextTierBySpend = "Missing for the tier {2}: {0}", NextTierByPurchases = "Purchases missing for the tier {2}: {0}",
            NextTierByUnits = "Units missing for the tier {2}: {0}",
        },
        ["sv"] = new(',')
        {
            Earned = "Intjänade poäng: {0}, värda {1}", EarnedIn = "Intjänade poäng i {2}: {0}, värda {1}", Purchase = "för köpet: {0}",
            Campaign = "från kampanjen {2}: {0}", Tier = "från din nivå {2}: {0}", Waiting = "fler när du aktiverar {2}: {0}",
            Withheld = "inte tilldelade, eftersom en gräns var nådd: {0}", Pending = "kan användas från {2}: {0}",
            TakenBack = "Poäng återtagna vid returer: {0}",
            Paid = "Betalt med poäng: {0}, värda {1}", Reserved = "Poäng reserverade för betalningen: {0}, värda {1}",
            ToApprove = "Godkänn betalningen i appen.", Released = "Oanvända poäng som är dina igen: {0}",
            GivenBack = "Återlämnade poäng: {0}",
            Balance = "Dina poäng: {0}, värda {1}", Owed = "Poäng som du är skyldig: {0}",
            Expires = "Poäng som du kan använda till {2}: {0}",
            Reward = "Du kan lösa in: {2}", NextReward = "Poäng som saknas till {2}: {0}",
            NextTierByPoints = "Poäng som saknas till nivån {2}: {0}",
            NextTierBySpend = "Saknas till nivån {2}: {0}", NextTierByPurchases = "Köp som saknas till nivån {2}: {0}",
            NextTierByUnits = "Enheter som saknas till nivån {2}: {0}",
        },
        ["nb"] = new(',')
        {
            Earned = "Opptjente poeng: {0}, verdt {1}", EarnedIn = "Opptjente poeng i {2}: {0}, verdt {1}", Purchase = "for kjøpet: {0}",
            Campaign = "fra kampanjen {2}: {0}", Tier = "fra nivået ditt {2}: {0}", Waiting = "flere når du aktiverer {2}: {0}",
            Withheld = "ikke gitt, fordi en grense var nådd: {0}", Pending = "kan brukes fra {2}: {0}",
            TakenBack = "Poeng tatt tilbake ved returer: {0}",
            Paid = "Betalt med poeng: {0}, verdt {1}", Reserved = "Poeng reservert for betalingen: {0}, verdt {1}",
            ToApprove = "Godkjenn betalingen i appen.", Released = "Ubrukte poeng som er dine igjen: {0}",
            GivenBack = "Poeng gitt tilbake: {0}",
            Balance = "Poengene dine: {0}, verdt {1}", Owed = "Poeng som du skylder: {0}",
            Expires = "Poeng som du kan bruke til og med {2}: {0}",
            Reward = "Du kan ta ut: {2}", NextReward = "Poeng som mangler til {2}: {0}",
            NextTierByPoints = "Poeng som mangler til nivået {2}: {0}",
            NextTierBySpend = "Mangler til nivået {2}: {0}", NextTierByPurchases = "Kjøp som mangler til nivået {2}: {0}",
            NextTierByUnits = "Enheter som mangler til nivået {2}: {0}",
        },
        ["pl"] = new(',')
        {
            Earned = "Punkty naliczone: {0}, wartość {1}", EarnedIn = "Punkty naliczone w {2}: {0}, wartość {1}",
            Purchase = "za ten zakup: {0}",
            Campaign = "z kampanii {2}: {0}", Tier = "za poziom {2}: {0}", Waiting = "więcej po aktywacji {2}: {0}",
            Withheld = "nie naliczono, bo limit został osiągnięty: {0}", Pending = "do wykorzystania od {2}: {0}",
            TakenBack = "Punkty odjęte za zwroty: {0}",
            Paid = "Zapłacono punktami: {0}, wartość {1}", Reserved = "Punkty zarezerwowane na tę płatność: {0}, wartość {1}",
            ToApprove = "Zatwierdź płatność w aplikacji.", Released = "Niewykorzystane punkty zwrócone: {0}",
            GivenBack = "Punkty oddane: {0}",
            Balance = "Twoje punkty: {0}, wartość {1}", Owed = "Punkty do spłaty: {0}", Expires = "Punkty ważne do {2}: {0}",
            Reward = "Możesz odebrać: {2}", NextReward = "Punkty brakujące do {2}: {0}",
            NextTierByPoints = "Punkty brakujące do poziomu {2}: {0}",
            NextTierBySpend = "Brakuje do poziomu {2}: {0}", NextTierByPurchases = "Zakupy brakujące do poziomu {2}: {0}",
            NextTierByUnits = "Jednostki brakujące do poziomu {2}: {0}",
        },
        ["lv"] = new(',')
        {
            Earned = "Nopelnītie punkti: {0}, vērtība {1}", EarnedIn = "Nopelnītie punkti programmā {2}: {0}, vērtība {1}",
            Purchase = "par šo pirkumu: {0}",
            Campaign = "no kampaņas {2}: {0}", Tier = "par jūsu līmeni {2}: {0}", Waiting = "vairāk, kad aktivizēsiet {2}: {0}",
            Withheld = "nav piešķirti, jo sasniegts limits: {0}", Pending = "izmantojami no {2}: {0}",
            TakenBack = "Par atgrieztajām precēm noņemtie punkti: {0}",
            Paid = "Samaksāts ar punktiem: {0}, vērtība {1}", Reserved = "Šim maksājumam rezervētie punkti: {0}, vērtība {1}",
            ToApprove = "Lūdzu, apstipriniet maksājumu lietotnē.", Released = "Neizmantotie punkti, kas atkal ir jūsu: {0}",
            GivenBack = "Atdotie punkti: {0}",
            Balance = "Jūsu punkti: {0}, vērtība {1}", Owed = "Punktu parāds: {0}", Expires = "Punkti, kas derīgi līdz {2}: {0}",
            Reward = "Jūs varat saņemt: {2}", NextReward = "Līdz balvai {2} trūkst punktu: {0}",
            NextTierByPoints = "Līdz līmenim {2} trūkst punktu: {0}",
            NextTierBySpend = "Līdz līmenim {2} trūkst: {0}", NextTierByPurchases = "Līdz līmenim {2} trūkst pirkumu: {0}",
            NextTierByUnits = "Līdz līmenim {2} trūkst vienību: {0}",
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ReceiptWords In(string language) => _languages[language];
}
