namespace CoalitionGateway.Store.Postgres.Migrations;

/// <summary>What the second migration brings about and EF has no words for. Never changed: a change is a new migration.</summary>
internal static class LogSql
{
    /// <summary>
    /// Places in the log: unique within each month, given under the turn, which tells how many there are after it.
    /// Events of before the log stand in the order of their ids, which begin with the time.
    /// </summary>
    public const string Up =
        """
        UPDATE event SET log_index = earlier.nth
            FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM event) earlier WHERE event.id = earlier.id;
        ALTER TABLE event ALTER COLUMN log_index DROP DEFAULT;
        ALTER TABLE turn ADD COLUMN log_size bigint NOT NULL DEFAULT 0;
        UPDATE turn SET log_size = (SELECT count(*) FROM event);
        ALTER TABLE turn ALTER COLUMN log_size DROP DEFAULT;

        DROP FUNCTION take_turn(bigint, uuid, uuid, bigint[]);
        CREATE FUNCTION take_turn(last bigint, last_stamp uuid, own_stamp uuid, changed bigint[], size bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE head record;
        BEGIN
            PERFORM pg_advisory_xact_lock(1131372908);
            SELECT number, stamp INTO head FROM turn ORDER BY number DESC LIMIT 1;
            IF coalesce(head.number, 0) <> last OR (head.stamp IS NOT NULL AND head.stamp <> last_stamp) THEN
                RAISE EXCEPTION 'Another journal wrote since turn %.', last USING ERRCODE = 'CG001';
            END IF;
            INSERT INTO turn (number, stamp, keys, log_size) VALUES (last + 1, own_stamp, changed, size);
            IF (last + 1) % 256 = 0 THEN
                DELETE FROM turn WHERE number < last - 4096;
            END IF;
        END $$;

        CREATE FUNCTION index_log() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE month text;
        BEGIN
            FOR month IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass LOOP
                EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %s (log_index)', month || '_log_index', month);
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
        END $$;
        SELECT index_log();
        """;
}
