#!/usr/bin/env bash
# Run once by PostgreSQL's image, beside roles.sh: the role that a standby copies and follows with. From the image's restart on, each
# commit waits for the standby.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<'SQL'
\set replicator `cat /run/secrets/coalition_replicator.password`
CREATE ROLE coalition_replicator LOGIN REPLICATION PASSWORD :'replicator';
ALTER SYSTEM SET synchronous_standby_names = '*';
SQL
echo 'host replication coalition_replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
