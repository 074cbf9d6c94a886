using CoalitionGateway.Client;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// Request ids: UUIDv5 of the brand and of the row's id or the card, so that a second run adds nothing. Each kind of
/// request has its own namespace, so that requests of different kinds never share an id. A rule that the gateway refused
/// is sent in another attempt, with another id: the gateway keeps its refusals. A brand has no line break.
/// </summary>
internal static class ReplayIds
{
    private static readonly Guid _rows = Guid.Parse("0d0c9b0e-53b5-4d0e-8a53-3a9d6f1f8a70");
    private static readonly Guid _members = Guid.Parse("b3a4c1f2-6d58-4c0b-9a27-52f1e8d07c64");
    private static readonly Guid _partners = Guid.Parse("5e27d9a8-0f43-4b9e-8c15-97d2a6b3e01f");
    private static readonly Guid _programmes = Guid.Parse("c81f5b60-2ea7-4d7c-b6f9-14a03cd85e92");
    private static readonly Guid _agreements = Guid.Parse("97d60e3c-b514-4a82-a0de-6f8b21c974d5");
    private static readonly Guid _terms = Guid.Parse("2b0f8c1d-7a36-4e95-b0c4-e19d5a6738f2");
    private static readonly Guid _campaigns = Guid.Parse("f46a93d7-18be-4c52-9d07-3c8e60b5a1f9");

    public static string Row(string brand, string id) => Name(_rows, $"{brand}/{id}");

    public static string Member(string brand, string card) => Name(_members, $"{brand}/{card}");

    public static string Partner(string brand) => Name(_partners, brand);

    public static string Programme(string brand) => Name(_programmes, brand);

    public static string Agreement(string brand, int attempt) => Name(_agreements, Attempt(brand, attempt));

    public static string Terms(string brand, int attempt) => Name(_terms, Attempt(brand, attempt));

    public static string Campaign(string brand, string campaign, int attempt) => Name(_campaigns, Attempt($"{brand}\n{campaign}", attempt));

    /// <summary>Six hex digits of a hash. They distinguish brands whose names are equal in a-z, 0-9 and "-".</summary>
    public static string Mark(string brand) => RequestIds.FromName(_rows, brand).ToString("N")[..6];

    private static string Attempt(string name, int attempt) => attempt == 0 ? name : $"{name}\n{attempt}";

    private static string Name(Guid space, string name) => RequestIds.FromName(space, name).ToString();
}
