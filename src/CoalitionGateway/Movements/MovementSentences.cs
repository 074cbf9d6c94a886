using System.Collections.Frozen;
using CoalitionGateway.Platform.Contract;

namespace CoalitionGateway.Movements;

/// <summary>
/// Explains a movement in one sentence. The words around a number are the same for every number, so no language needs its
/// plural forms here. {0} is the number of points, {1} the brand or the other programme.
/// </summary>
internal static class MovementSentences
{
    private static readonly FrozenDictionary<string, FrozenDictionary<MovementKind, string>> _sentences = new Dictionary<string, FrozenDictionary<MovementKind, string>>(StringComparer.Ordinal)
    {
        ["en"] = Of(
            "A purchase at {1} earned {0} points.", "A return at {1} took back {0} points.", "A return at {1} was undone: {0} points are yours again.",
            "You transferred {0} points to {1}.", "A transfer from {1} brought {0} points.", "You put {0} points into a pool.",
            "You took {0} points back from a pool.", "Points that you did not use expired: {0}.", "Pending points became usable and paid what you owed: {0}.",
            "A member who left the coalition left you {0} points.", "{1} gave you {0} points.", "The operator changed your points by {0:+0;-0}.", "A referral brought you {0} points.", "Another membership of yours was merged into this one; its history is in this list.", "A campaign brought you {0} points.", "You spent {0} points at {1}.", "{1} gave back {0} points that you had spent.", "You claimed a reward for {0} points.", "{0} points became a voucher of yours.", "Your points changed by {0:+0;-0}."),
        ["sv"] = Of(
            "Ett köp hos {1} gav {0} poäng.", "En retur hos {1} tog tillbaka {0} poäng.", "En retur hos {1} ångrades: {0} poäng är dina igen.",
            "Du överförde {0} poäng till {1}.", "En överföring från {1} gav {0} poäng.", "Du lade {0} poäng i en pool.",
            "Du tog tillbaka {0} poäng från en pool.", "Poäng som du inte använde förföll: {0}.", "Väntande poäng blev tillgängliga och betalade din skuld: {0}.",
            "En medlem som lämnade koalitionen gav dig {0} poäng.", "{1} gav dig {0} poäng.", "Operatören ändrade dina poäng med {0:+0;-0}.", "En rekommendation gav dig {0} poäng.", "Ett annat medlemskap som du har slogs ihop med detta; dess historik finns i listan.", "En kampanj gav dig {0} poäng.", "Du använde {0} poäng hos {1}.", "{1} gav tillbaka {0} poäng som du hade använt.", "Du löste in en förmån för {0} poäng.", "{0} poäng blev din värdecheck.", "Dina poäng ändrades med {0:+0;-0}."),
        ["nb"] = Of(
            "Et kjøp hos {1} ga {0} poeng.", "En retur hos {1} tok tilbake {0} poeng.", "En retur hos {1} ble angret: {0} poeng er dine igjen.",
            "Du overførte {0} poeng til {1}.", "En overføring fra {1} ga {0} poeng.", "Du la {0} poeng i en pott.",
            "Du tok tilbake {0} poeng fra en pott.", "Poeng som du ikke brukte, utløp: {0}.", "Ventende poeng ble tilgjengelige og betalte gjelden din: {0}.",
            "Et medlem som forlot koalisjonen, ga deg {0} poeng.", "{1} ga deg {0} poeng.", "Operatøren endret poengene dine med {0:+0;-0}.", "En verving ga deg {0} poeng.", "Et annet medlemskap som du har, ble slått sammen med dette; historikken er i listen.", "En kampanje ga deg {0} poeng.", "Du brukte {0} poeng hos {1}.", "{1} ga tilbake {0} poeng som du hadde brukt.", "Du tok ut en belønning for {0} poeng.", "{0} poeng ble verdikupongen din.", "Poengene dine endret seg med {0:+0;-0}."),
        ["pl"] = Of(
            "Zakup w {1}: punkty naliczone: {0}.", "Zwrot w {1}: punkty odjęte: {0}.", "Cofnięto zwrot w {1}: punkty przywrócone: {0}.",
            "Transfer do {1}: punkty wysłane: {0}.", "Transfer z {1}: punkty otrzymane: {0}.", "Punkty wpłacone do puli: {0}.",
            "Punkty wypłacone z puli: {0}.", "Niewykorzystane punkty wygasły: {0}.", "Oczekujące punkty stały się dostępne i spłaciły Twój dług: {0}.",
            "Punkty od członka, który opuścił koalicję: {0}.", "Punkty od {1}: {0}.", "Operator zmienił liczbę Twoich punktów: {0:+0;-0}.", "Punkty za polecenie: {0}.", "Inne Twoje członkostwo połączono z tym; jego historia jest na tej liście.", "Punkty z kampanii: {0}.", "Punkty wykorzystane w {1}: {0}.", "Punkty zwrócone przez {1}: {0}.", "Punkty wymienione na nagrodę: {0}.", "Punkty zamienione na kupon: {0}.", "Zmiana liczby Twoich punktów: {0:+0;-0}."),
        ["lv"] = Of(
            "Pirkums pie {1}: nopelnītie punkti: {0}.", "Preces atgriešana pie {1}: noņemtie punkti: {0}.", "Atgriešana pie {1} atcelta: atgūtie punkti: {0}.",
            "Pārskaitījums uz {1}: nosūtītie punkti: {0}.", "Pārskaitījums no {1}: saņemtie punkti: {0}.", "Punkti iemaksāti kopējā krājumā: {0}.",
            "Punkti izņemti no kopējā krājuma: {0}.", "Neizmantotie punkti zaudēja derīgumu: {0}.", "Gaidāmie punkti kļuva pieejami un sedza jūsu parādu: {0}.",
            "Punkti no dalībnieka, kurš izstājās no koalīcijas: {0}.", "Punkti no {1}: {0}.", "Operators mainīja jūsu punktus: {0:+0;-0}.", "Punkti par ieteikumu: {0}.", "Cita jūsu dalība tika apvienota ar šo; tās vēsture ir šajā sarakstā.", "Punkti no kampaņas: {0}.", "Punkti izlietoti pie {1}: {0}.", "{1} atdeva iztērētos punktus: {0}.", "Punkti samaksāti par balvu: {0}.", "Punkti pārvērsti kuponā: {0}.", "Jūsu punktu izmaiņas: {0:+0;-0}."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> _withheld = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["en"] = "You would have got {0} points, but a limit was reached.",
        ["sv"] = "Du skulle ha fått {0} poäng, men en gräns var nådd.",
        ["nb"] = "Du ville ha fått {0} poeng, men en grense var nådd.",
        ["pl"] = "Limit został osiągnięty, więc tych punktów nie naliczono: {0}.",
        ["lv"] = "Limits ir sasniegts, tāpēc šie punkti netika piešķirti: {0}.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="language">One of <see cref="Languages.All"/>.</param>
    /// <param name="kind">What moved the points.</param>
    /// <param name="points">The number. Without a sign, unless the kind can give and take: an adjustment.</param>
    /// <param name="other">The name of the brand or of the other programme.</param>
    public static string Of(string language, MovementKind kind, long points, string other) =>
        string.Format(_sentences[language][kind], points, other);

    /// <summary>The sentence about points that were withheld.</summary>
    public static string OfWithheld(string language, long points) => string.Format(_withheld[language], points);

    private static FrozenDictionary<MovementKind, string> Of(params string[] sentences) => sentences
        .Select((sentence, i) => KeyValuePair.Create((MovementKind)((i + 1) % sentences.Length), sentence)).ToFrozenDictionary();
}
