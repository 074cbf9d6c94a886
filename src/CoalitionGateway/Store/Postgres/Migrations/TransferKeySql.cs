namespace CoalitionGateway.Store.Postgres.Migrations;

/// <summary>What the fourth migration brings about and EF has no words for. Never changed: a change is a new migration.</summary>
internal static class TransferKeySql
{
    /// <summary>
    /// A transfer names the membership that its event names, which is written with it: coalition verify looks for it. An
    /// account is looked for by its first entry, and by those that are summed: it is never deleted, and that later entries go
    /// on from the first one, verify looks for as well. What
    /// is only ever added to, and found by its keys, is vacuumed and analyzed when it has doubled; and of columns that
    /// nothing is looked for by there are no statistics: they were most of what an ANALYZE of a full month cost.
    /// Who changed rows beside the journals calls rows_were_changed() in the same transaction: gateways forget what they remember.
    /// </summary>
    public const string Up =
        """
        DROP TRIGGER source_membership_id_refers ON transfer;
        DROP FUNCTION transfer_source_membership_id_refers();

        CREATE OR REPLACE FUNCTION entry_account_id_refers() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted uuid[] := ARRAY(SELECT DISTINCT account_id FROM added WHERE account_version IS NULL OR account_version = 1);
            found bigint;
        BEGIN
            SELECT count(*) INTO found FROM account WHERE id = ANY (wanted);
            IF found <> cardinality(wanted) THEN
                RAISE EXCEPTION 'entry.account_id refers to a row of account that is not there.' USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        END $$;

        CREATE FUNCTION tune_additions() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT oid::regclass::text AS place FROM pg_class
                WHERE oid IN ('request'::regclass, 'transfer'::regclass, 'log_member'::regclass)
                   OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('event'::regclass, 'entry'::regclass))
            LOOP
                EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1)', found.place);
            END LOOP;
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
        CREATE FUNCTION rows_were_changed() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE head bigint;
        BEGIN
            PERFORM pg_advisory_xact_lock(1131372908);
            SELECT max(number) INTO head FROM turn;
            DELETE FROM turn WHERE number < head;
            UPDATE turn SET stamp = gen_random_uuid() WHERE number = head;
        END $$;
        CREATE OR REPLACE FUNCTION make_month(month date) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE parent text;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['event', 'entry'] LOOP
                EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    parent || to_char(month, '_YYYY_MM'), parent, first_id(month), first_id((month + interval '1 month')::date));
            END LOOP;
            PERFORM index_log();
            PERFORM tune_additions();
        END $$;
        SELECT tune_additions();
        """;
}
