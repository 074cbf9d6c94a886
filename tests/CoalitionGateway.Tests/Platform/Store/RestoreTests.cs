using System.Diagnostics;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Grpc.Core;
using Npgsql;

namespace CoalitionGateway.Tests.Platform.Store;

/// <summary>Rehearses docs/operations.md: the output of pg_dump and a copy of the keys contain the whole coalition.</summary>
public sealed class RestoreTests
{
    private const string _binaries = "COALITION_TEST_POSTGRES_BIN";

    [Fact]
    public async Task Backup_OnPostgres_RestoredIntoANewDatabase_HasTheBalancesAndTheAnswers()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        Assert.SkipUnless(Directory.Exists(Environment.GetEnvironmentVariable(_binaries)), $"{_binaries} names no folder.");
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 5000);
        await TestCoalition.Buy(coalition.Beta, member, 70);
        var purchase = TestCoalition.Purchase(coalition.Alpha, member, 42);
        var answer = await coalition.Alpha.Client.Earning.RecordPurchaseAsync(purchase);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
        {
            RequestId = RequestIds.New(),
            SourceProgrammeId = coalition.Alpha.ProgrammeId,
            DestinationProgrammeId = coalition.Beta.ProgrammeId,
            AmountPoints = 3000,
        });
        var balances = await member.Client.Members.GetBalancesAsync(new GetBalancesRequest());

        var restored = $"t_restored_{Environment.ProcessId}";
        var folder = Directory.CreateTempSubdirectory("coalition-restore-");
        try
        {
            // The backup: the database and the keys.
            var dump = Path.Combine(folder.FullName, "coalition.dump");
            Run("pg_dump", "--format=custom", $"--file={dump}", Name(coalition.Gateway.Options.Postgres));
            var keys = folder.CreateSubdirectory("data").CreateSubdirectory(GatewayKeys.Folder).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(coalition.Gateway.Options.DataDirectory, GatewayKeys.Folder)))
            {
                File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
            }

            // A purchase after the backup. The backup does not contain it.
            await TestCoalition.Buy(coalition.Alpha, member, 11);

            // The restore: a new database of the owner's, the dump in it, and a gateway over it with the keys.
            TestDatabase.MakeEmpty(restored);
            Run("pg_restore", "--exit-on-error", $"--dbname={Name(TestDatabase.As(null, restored))}", dump);
            var postgres = TestDatabase.As(TestDatabase.ApplicationRole, restored);
            Assert.Empty(Verification.RunOnPostgres(postgres).Problems);
            var gateway = await TestGateway.Start(Path.Combine(folder.FullName, "data"), options => (options.Postgres, options.KeyPostgres) = (postgres, coalition.Gateway.Options.KeyPostgres));
            await using (gateway)
            {
                var again = gateway.WithToken(await gateway.SignIn(member.Numbers[coalition.Alpha.ProgrammeId]));
                Assert.Equal(balances, await again.Members.GetBalancesAsync(new GetBalancesRequest()));

                // A partner's secret, the answer of its old request, and the refusal of that request id with another body.
                var alpha = gateway.As(coalition.Alpha.ClientId, coalition.Alpha.Secret);
                Assert.Equal(answer, await alpha.Earning.RecordPurchaseAsync(purchase));
                Assert.Equal(balances, await again.Members.GetBalancesAsync(new GetBalancesRequest()));
                purchase.Amount = TestCoalition.Euro(43);
                await Refusals.Refused(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", () => alpha.Earning.RecordPurchaseAsync(purchase));

                // New purchases succeed.
                purchase.RequestId = RequestIds.New();
                purchase.PurchaseReference = RequestIds.New();
                Assert.Equal(43, (await alpha.Earning.RecordPurchaseAsync(purchase)).Purchase.GivenPoints);
                Assert.Empty(Verification.RunOnPostgres(postgres).Problems);
            }
        }
        finally
        {
            await Drop(restored);
            folder.Delete(recursive: true);
        }
    }

    private static async Task Drop(string database)
    {
        NpgsqlConnection.ClearAllPools();
        await using var server = new NpgsqlConnection(TestDatabase.As(null, "postgres"));
        await server.OpenAsync();
        server.Execute($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    }

    /// <summary>The name of a test database, for PostgreSQL's own programs.</summary>
    private static string Name(string connection)
    {
        var builder = new NpgsqlConnectionStringBuilder(TestDatabase.As(null, new NpgsqlConnectionStringBuilder(connection).Database!));
        return $"host={builder.Host} port={builder.Port} user={builder.Username} dbname={builder.Database}";
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Environment.GetEnvironmentVariable(_binaries)!, program), arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }
}
