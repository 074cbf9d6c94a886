#!/usr/bin/env bash
# Starts a standby: copies the primary, once, then runs PostgreSQL, which follows the primary.
set -euo pipefail
: "${PRIMARY:=postgres}"
mkdir -p -m 700 "$PGDATA"
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  until pg_basebackup --pgdata "$PGDATA" --host "$PRIMARY" --username coalition_replicator --no-password \
    --write-recovery-conf --wal-method stream --checkpoint fast; do
    # A copy that failed half-way is made again.
    find "$PGDATA" -mindepth 1 -delete
    sleep 2
  done
fi
exec postgres -D "$PGDATA" -c max_connections=300 -c shared_buffers=512MB "$@"
