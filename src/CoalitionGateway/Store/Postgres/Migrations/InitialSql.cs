namespace CoalitionGateway.Store.Postgres.Migrations;

/// <summary>What the first migration brings about and EF has no words for. Never changed: a change is a new migration.</summary>
internal static class InitialSql
{
    /// <summary>
    /// Events and entries, a partition a month. Their ids are UUIDv7 (RFC 9562, section 5.7) and begin with the time,
    /// so that the id alone finds the partition. What lies in no month that was made goes to the last partition.
    /// </summary>
    public const string Partitions =
        """
        CREATE TABLE event (
            id uuid NOT NULL,
            kind integer NOT NULL,
            time bigint NOT NULL,
            member_id uuid,
            partner_id text COLLATE "C",
            body bytea NOT NULL,
            CONSTRAINT "PK_event" PRIMARY KEY (id)
        ) PARTITION BY RANGE (id);
        CREATE TABLE entry (
            event_id uuid NOT NULL,
            line integer NOT NULL,
            account_id uuid NOT NULL,
            amount_points bigint NOT NULL,
            account_version bigint,
            balance_before bigint,
            balance_after bigint,
            CONSTRAINT "PK_entry" PRIMARY KEY (event_id, line),
            CONSTRAINT ck_entry CHECK (amount_points <> 0
                AND (balance_after IS NULL OR balance_after = balance_before + amount_points)
                AND (balance_after IS NULL) = (account_version IS NULL))
        ) PARTITION BY RANGE (event_id);
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
        END $$;
        """;

    /// <summary>The turns of the journals, and the mark of the gateways' keys.</summary>
    public const string Turns =
        """
        CREATE TABLE turn (
            number bigint PRIMARY KEY,
            stamp uuid NOT NULL,
            keys bigint[] NOT NULL
        );
        CREATE FUNCTION take_turn(last bigint, last_stamp uuid, own_stamp uuid, changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE head record;
        BEGIN
            PERFORM pg_advisory_xact_lock(1131372908);
            SELECT number, stamp INTO head FROM turn ORDER BY number DESC LIMIT 1;
            IF coalesce(head.number, 0) <> last OR (head.stamp IS NOT NULL AND head.stamp <> last_stamp) THEN
                RAISE EXCEPTION 'Another journal wrote since turn %.', last USING ERRCODE = 'CG001';
            END IF;
            INSERT INTO turn (number, stamp, keys) VALUES (last + 1, own_stamp, changed);
            IF (last + 1) % 256 = 0 THEN
                DELETE FROM turn WHERE number < last - 4096;
            END IF;
        END $$;
        CREATE TABLE gateway_keys (
            is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            mark bytea NOT NULL
        );
        """;

    /// <summary>
    /// References that are checked once a statement, in sets. That no row loses what it refers to follows from the
    /// application's role: it may delete neither accounts nor memberships. What refers to an event is written with it, and
    /// looked for by coalition verify: a look into the months' partitions would cost a sixth of a transfer.
    /// </summary>
    public static readonly string References = string.Join('\n', new[]
    {
        Reference("entry", "account_id", "account"),
        Reference("transfer", "source_membership_id", "membership"),
        Reference("purchase", "membership_id", "membership"),
    });

    /// <summary>Balances are updated in place: room for the next version on the same page.</summary>
    public const string Layout = "ALTER TABLE account SET (fillfactor = 60)";

    private static string Reference(string table, string column, string target) =>
        $"""
        CREATE FUNCTION {table}_{column}_refers() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted uuid[] := ARRAY(SELECT DISTINCT {column} FROM added WHERE {column} IS NOT NULL);
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
