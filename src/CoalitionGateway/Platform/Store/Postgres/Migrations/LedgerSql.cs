using Microsoft.EntityFrameworkCore.Migrations;

namespace CoalitionGateway.Platform.Store.Postgres.Migrations;

/// <summary>The part of the schema that EF has no words for. The initial migration ends with it.</summary>
internal static class LedgerSql
{
    /// <summary>
    /// Events and entries have a partition a month. Their ids are UUIDv7 (RFC 9562, section 5.7) and begin with the time,
    /// so that the id alone finds the partition. Rows of a month that has no partition yet go to the default partition.
    /// </summary>
    private const string _months =
        """
        ALTER TABLE event RENAME TO event_plain;
        CREATE TABLE event (LIKE event_plain INCLUDING ALL) PARTITION BY RANGE (id);
        DROP TABLE event_plain;
        ALTER TABLE entry RENAME TO entry_plain;
        CREATE TABLE entry (LIKE entry_plain INCLUDING ALL) PARTITION BY RANGE (event_id);
        DROP TABLE entry_plain;
        CREATE TABLE event_other PARTITION OF event DEFAULT;
        CREATE TABLE entry_other PARTITION OF entry DEFAULT;

        CREATE FUNCTION first_id(month date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT (lpad(to_hex((extract(epoch FROM month::timestamp) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
        $$;
        CREATE FUNCTION make_month(month date) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE parent text;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['event', 'entry'] LOOP
                EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    parent || to_char(month, '_YYYY_MM'), parent, first_id(month), first_id((month + interval '1 month')::date));
            END LOOP;
            PERFORM index_log();
            PERFORM tune_additions();
        END $$;

        -- Places in the log are unique within a month. An index over all months would have to include the partition key.
        CREATE FUNCTION index_log() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE month text;
        BEGIN
            FOR month IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass LOOP
                EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %s (log_index)', month || '_log_index', month);
            END LOOP;
        END $$;

        -- These tables only grow and are read by key. One vacuum before transaction ids run out is enough for them; columns
        -- without a condition need no statistics, the others a sample of 3,000 rows.
        CREATE FUNCTION tune_additions() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT oid::regclass::text AS place FROM pg_class
                WHERE oid IN ('request'::regclass, 'transfer'::regclass, 'log_member'::regclass)
                   OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('event'::regclass, 'entry'::regclass))
            LOOP
                EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 1)', found.place);
            END LOOP;
            FOR found IN
                SELECT c.oid::regclass::text AS place, a.attname, coalesce(a.attstattarget, -1) AS is,
                    CASE WHEN (c.relname LIKE 'event%' AND a.attname IN ('time', 'body', 'mac', 'mac_key_id'))
                        OR (c.relname LIKE 'entry%' AND a.attname IN ('line', 'amount_points', 'account_version', 'balance_before', 'balance_after'))
                        OR (c.relname = 'request' AND a.attname IN ('method', 'fingerprint', 'event_id', 'refusal', 'time'))
                        THEN 0 ELSE 10 END AS wanted
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE (c.oid IN ('request'::regclass, 'transfer'::regclass, 'log_member'::regclass)
                    OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('event'::regclass, 'entry'::regclass)))
                    AND a.attnum > 0 AND NOT a.attisdropped
            LOOP
                IF found.is <> found.wanted THEN
                    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', found.place, found.attname, found.wanted);
                END IF;
            END LOOP;
        END $$;
        SELECT index_log();
        SELECT tune_additions();
        """;

    /// <summary>
    /// The turns of the journals, and the mark of the gateways' keys. The turn is a row lock, which only a role that may
    /// update the table can take: an advisory lock can be taken by any role that may connect.
    /// </summary>
    private const string _turns =
        """
        CREATE TABLE turn_lock (
            is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
        );
        INSERT INTO turn_lock DEFAULT VALUES;
        CREATE TABLE turn (
            number bigint PRIMARY KEY,
            stamp uuid NOT NULL,
            keys bigint[] NOT NULL,
            log_size bigint NOT NULL,
            time bigint NOT NULL
        );
        CREATE FUNCTION take_turn(last bigint, last_stamp uuid, own_stamp uuid, changed bigint[], size bigint, at bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE head record;
        BEGIN
            PERFORM FROM turn_lock FOR UPDATE;
            SELECT number, stamp INTO head FROM turn ORDER BY number DESC LIMIT 1;
            IF coalesce(head.number, 0) <> last OR (head.stamp IS NOT NULL AND head.stamp <> last_stamp) THEN
                RAISE EXCEPTION 'Another journal wrote since turn %.', last USING ERRCODE = 'CG001';
            END IF;
            INSERT INTO turn (number, stamp, keys, log_size, time) VALUES (last + 1, own_stamp, changed, size, at);
            IF (last + 1) % 256 = 0 THEN
                DELETE FROM turn WHERE number < last - 4096;
            END IF;
        END $$;
        -- Call this in the transaction that changes rows by hand: gateways then forget the rows that they remember.
        CREATE FUNCTION rows_were_changed() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE head bigint;
        BEGIN
            PERFORM FROM turn_lock FOR UPDATE;
            SELECT max(number) INTO head FROM turn;
            DELETE FROM turn WHERE number < head;
            UPDATE turn SET stamp = gen_random_uuid() WHERE number = head;
        END $$;
        CREATE TABLE gateway_keys (
            is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            mark bytea NOT NULL
        );
        """;

    /// <summary>
    /// References are checked once a statement, in sets. No row loses what it refers to, because the application's role may
    /// delete neither accounts nor memberships. An account is looked for by its first entry and by entries that are summed;
    /// coalition verify finds later entries without an account, and events that are missing: looking for those here would
    /// cost a sixth of a transfer.
    /// </summary>
    private static readonly string _references = string.Join('\n', new[]
    {
        Reference("entry", "account_id", "account", "account_version IS NULL OR account_version = 1"),
        Reference("purchase", "membership_id", "membership", "membership_id IS NOT NULL"),
    });

    /// <summary>Of a stored answer only the fingerprint may be changed, and only to nothing: an erased member's requests are forgotten.</summary>
    private const string _requests =
        """
        CREATE FUNCTION request_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.fingerprint <> '\x' OR (NEW.caller, NEW.request_id, NEW.method, NEW.event_id, NEW.refusal, NEW.time)
                IS DISTINCT FROM (OLD.caller, OLD.request_id, OLD.method, OLD.event_id, OLD.refusal, OLD.time) THEN
                RAISE EXCEPTION 'request is only ever added to';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER request_is_final BEFORE UPDATE ON request FOR EACH ROW EXECUTE FUNCTION request_is_final();
        """;

    /// <summary>Balances are updated in place: there is room for a row's next version on the same page.</summary>
    private const string _layout = "ALTER TABLE account SET (fillfactor = 60); ALTER TABLE earned SET (fillfactor = 60)";

    public static void Apply(MigrationBuilder builder)
    {
        foreach (var sql in new[] { _months, _turns, _references, _requests, _layout })
        {
            builder.Sql(sql);
        }
    }

    private static string Reference(string table, string column, string target, string looked) =>
        $"""
        CREATE FUNCTION {table}_{column}_refers() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted uuid[] := ARRAY(SELECT DISTINCT {column} FROM added WHERE {looked});
            found bigint;
        BEGIN
            SELECT count(*) INTO found FROM {target} WHERE id = ANY (wanted);
            IF found <> cardinality(wanted) THEN
                RAISE EXCEPTION '{table}.{column} refers to a row of {target} that is not there.' USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {column}_refers AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_{column}_refers();
        """;
}
