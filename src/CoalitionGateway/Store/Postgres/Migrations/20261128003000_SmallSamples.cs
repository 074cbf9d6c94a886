using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Store.Postgres.Migrations
{
    /// <summary>
    /// What is only ever added to is found by its keys: a sample of 3,000 rows plans that as well as PostgreSQL's usual
    /// 30,000, of which each doubling cost a second of a processor beside the transfers. Of the model nothing changes.
    /// </summary>
    [DbContext(typeof(PostgresContext))]
    [Migration("20261128003000_SmallSamples")]
    public sealed class SmallSamples : Migration
    {
        private const string _additions =
            "c.oid IN ('request'::regclass, 'transfer'::regclass, 'log_member'::regclass) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('event'::regclass, 'entry'::regclass))";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                $"""
                CREATE FUNCTION sample_additions(size integer) RETURNS void LANGUAGE plpgsql AS $$
                DECLARE found record;
                BEGIN
                    FOR found IN
                        SELECT c.oid::regclass::text AS place, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                        WHERE ({_additions}) AND a.attnum > 0 AND NOT a.attisdropped AND coalesce(a.attstattarget, -1) NOT IN (0, size)
                    LOOP
                        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', found.place, found.attname, size);
                    END LOOP;
                END $$;
                {InMakeMonth("PERFORM tune_additions();", "PERFORM tune_additions(); PERFORM sample_additions(10);")};
                SELECT sample_additions(10)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                $"""
                SELECT sample_additions(-1);
                {InMakeMonth("PERFORM tune_additions(); PERFORM sample_additions(10);", "PERFORM tune_additions();")};
                DROP FUNCTION sample_additions(integer)
                """);
        }

        private static string InMakeMonth(string from, string to) =>
            $"DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('make_month(date)'::regprocedure), '{from}', '{to}'); END $do$";
    }
}
