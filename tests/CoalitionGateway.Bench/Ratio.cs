namespace CoalitionGateway.Bench;

/// <summary>A ratio that must hold in a run, and the one that is aimed at. A negative number means "at most".</summary>
internal sealed record Ratio(string Name, double Must, double Aim)
{
    public static IReadOnlyList<Ratio> OfGateways { get; } =
    [
        new("two_gateways_vs_one", 0.8, 0.95), new("three_gateways_vs_one", 0.7, 0.9), new("three_gateways_batch_vs_one", 0.9, 1.0),
        new("lone_caller_elsewhere", 0.9, 1.0), new("three_gateways_cpu_vs_one", -1.5, -1.25),
    ];

    public static IReadOnlyList<Ratio> OfRules { get; } =
    [
        new("enrolments_vs_purchases", 0.6, 0.9), new("profiles_vs_purchases", 0.2, 0.5), new("simulated_vs_recorded", 10, 50),
        new("transfers_while_simulating", 0.6, 0.8), new("transfers_while_expiring", 0.8, 0.9), new("expired_vs_a_million_in_ten_minutes", 1, 2),
    ];

    public static IReadOnlyList<Ratio> OfSpending { get; } =
    [
        new("payments_vs_two_purchases", 0.7, 0.9), new("identify_vs_balances", 0.5, 0.7), new("hot_reward_vs_cold", 0.8, 1.0),
    ];

    public static IReadOnlyList<Ratio> All { get; } =
    [
        new("transfers_vs_tpcb", 2.0, 3.5), new("earnings_vs_tpcb", 2.0, 3.5), new("ruled_vs_plain_purchases", 0.5, 0.7), new("transfers_vs_baseline", 4, 8), new("hot_vs_cold", 0.85, 1.0),
        new("log_vs_none", 0.9, 1.0), new("p99_vs_tpcb", -3, -1.5), new("lone_p50_vs_tpcb", -4, -2), new("token_vs_empty_call", 0.6, 0.8),
        new("reads_vs_empty_call", 0.3, 0.5), new("growth", 0.9, 0.95), new("sqlite_vs_single", 2.0, 4), new("gateway_cpu_vs_empty_call", -6, -4),
        new("database_cpu_vs_tpcb", -0.6, -0.4), new("sqlite_vs_postgres", 0.6, 1.0), new("sqlite_p99_vs_p50", -5, -4),
        .. OfGateways, new("start_vs_empty_server", -4, -2.5),
    ];
}
