using System.Text.Json;
using CoalitionGateway.V1;
using Google.Protobuf;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// A file of rules in the JSON form of the contract's messages: "agreement", "terms" and "campaigns" for every brand, and
/// below "brands" the same three for single brands instead.
/// </summary>
internal sealed class RuleFile
{
    private const int _maxBytes = 1 << 20;
    private const string _agreement = "agreement";
    private const string _terms = "terms";
    private const string _campaigns = "campaigns";
    private const string _brandsOf = "brands";
    private const string _help = "docs/command.md shows the form of a rule file.";
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };
    private readonly string _path;
    private readonly BrandRules _all;
    private readonly Dictionary<string, BrandRules> _brands = [];

    /// <exception cref="CommandFailedException">The file is missing, or is no rule file.</exception>
    public RuleFile(string path)
    {
        _path = path;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > _maxBytes })
            {
                throw new CommandFailedException($"{path} is larger than {_maxBytes} bytes.");
            }

            using var json = JsonDocument.Parse(File.ReadAllText(path), _strict);
            _all = Read(json.RootElement, "", [_agreement, _terms, _campaigns, _brandsOf]);
            if (json.RootElement.TryGetProperty(_brandsOf, out var brands))
            {
                foreach (var brand in Object(brands, _brandsOf).EnumerateObject())
                {
                    _brands[brand.Name] = Read(brand.Value, $"{_brandsOf}[\"{brand.Name}\"]", [_agreement, _terms, _campaigns]);
                }
            }
        }
        catch (JsonException malformed)
        {
            throw new CommandFailedException(
                malformed.LineNumber is { } line
                    ? $"{path} is no JSON: line {line + 1}, byte {malformed.BytePositionInLine + 1}: {malformed.Message.Split(" LineNumber:")[0]} {_help}"
                    : $"{path} is no rule file: {malformed.Message} {_help}",
                malformed);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>The rules of a brand: its own, or those of every brand.</summary>
    public BrandRules Of(string brand) => _brands.GetValueOrDefault(brand) ?? _all;

    /// <summary>The brands that have rules of their own, without those of a file of purchases.</summary>
    public IEnumerable<string> Without(IEnumerable<string> brands) => _brands.Keys.Except(brands).Order(StringComparer.Ordinal);

    private BrandRules Read(JsonElement rules, string place, string[] known)
    {
        if (Object(rules, place).EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw Wrong(place, $"it has \"{unknown}\", and it can have {string.Join(", ", known)}");
        }

        var campaigns = rules.TryGetProperty(_campaigns, out var list) ? list : default;
        if (campaigns.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
        {
            throw Wrong(Below(place, _campaigns), "it is no list");
        }

        return new BrandRules(
            place.Length == 0 ? _path : $"{_path}, {place}",
            rules.TryGetProperty(_agreement, out var agreement) ? AgreementOf(agreement, Below(place, _agreement)) : null,
            rules.TryGetProperty(_terms, out var terms) ? TermsOf(terms, Below(place, _terms)) : null,
            campaigns.ValueKind == JsonValueKind.Array ? CampaignsOf(campaigns, Below(place, _campaigns)) : []);
    }

    private Agreement AgreementOf(JsonElement json, string place)
    {
        var agreement = Message<Agreement>(json, place);
        Without(agreement.PartnerId + agreement.ProgrammeId, place, "partner_id and programme_id");
        return agreement;
    }

    private ProgrammeTerms TermsOf(JsonElement json, string place)
    {
        var terms = Message<ProgrammeTerms>(json, place);
        Without(terms.ProgrammeId, place, "programme_id");
        return terms;
    }

    private List<Campaign> CampaignsOf(JsonElement json, string place)
    {
        var campaigns = new List<Campaign>();
        foreach (var (i, one) in json.EnumerateArray().Index())
        {
            var at = $"{place}[{i}]";
            var campaign = Message<Campaign>(one, at);
            Without(campaign.ProgrammeId + campaign.PayerId + string.Concat(campaign.Filter?.PartnerIds ?? []), at, "programme_id, payer_id and filter.partner_ids");
            if (campaigns.Exists(before => before.CampaignId == campaign.CampaignId))
            {
                throw Wrong(at, $"campaign_id \"{campaign.CampaignId}\" is there already. Give each campaign its own");
            }

            campaigns.Add(campaign);
        }

        return campaigns;
    }

    /// <summary>Refuses ids: they are the brand's, which the command makes.</summary>
    private void Without(string ids, string place, string fields)
    {
        if (ids.Length > 0)
        {
            throw Wrong(place, $"leave out {fields}: each brand has its own programme, and pays for it");
        }
    }

    private T Message<T>(JsonElement json, string place)
        where T : IMessage<T>, new()
    {
        try
        {
            return JsonParser.Default.Parse<T>(Object(json, place).GetRawText());
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw Wrong(place, $"{malformed.Message.TrimEnd('.')}. Its fields are those of {typeof(T).Name} in {FileOf<T>()}", malformed);
        }
    }

    private static string FileOf<T>()
        where T : IMessage<T>, new() => $"protos/{new T().Descriptor.File.Name}";

    private JsonElement Object(JsonElement json, string place) => json.ValueKind == JsonValueKind.Object ? json : throw Wrong(place, "it is no JSON object");

    private static string Below(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";

    private CommandFailedException Wrong(string place, string problem, Exception? cause = null) =>
        new($"{_path} is no rule file: {(place.Length == 0 ? "" : $"{place}: ")}{problem}. {_help}", cause);
}
