namespace CoalitionGateway.Store.Postgres.Migrations;

/// <summary>What the fourth migration brings about and EF has no words for. Never changed: a change is a new migration.</summary>
internal static class TransferKeySql
{
    /// <summary>
    /// A transfer names the membership that its event names, which is written with it: coalition verify looks for it. And
    /// no statistics of columns that nothing is looked for by: they were most of what an ANALYZE of a full month cost.
    /// </summary>
    public const string Up =
        """
        DROP TRIGGER source_membership_id_refers ON transfer;
        DROP FUNCTION transfer_source_membership_id_refers();

        CREATE FUNCTION leave_uncounted() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT attrelid::regclass::text AS place, attname FROM pg_attribute
                WHERE attnum > 0 AND NOT attisdropped AND attstattarget <> 0 AND (
                    (attrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'event'::regclass) AND attname IN ('time', 'body'))
                    OR (attrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'entry'::regclass)
                        AND attname IN ('line', 'amount_points', 'account_version', 'balance_before', 'balance_after'))
                    OR (attrelid = 'request'::regclass AND attname IN ('method', 'fingerprint', 'event_id', 'refusal', 'time')))
            LOOP
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', found.place, found.attname);
            END LOOP;
        END $$;
        CREATE OR REPLACE FUNCTION make_month(month date) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE parent text;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['event', 'entry'] LOOP
                EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    parent || to_char(month, '_YYYY_MM'), parent, first_id(month), first_id((month + interval '1 month')::date));
            END LOOP;
            PERFORM index_log();
            PERFORM leave_uncounted();
        END $$;
        SELECT leave_uncounted();
        """;
}
