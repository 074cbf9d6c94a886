#!/usr/bin/env bash
# Starts a standby: copies the primary, once, then runs PostgreSQL, which follows the primary.
set -euo pipefail
: "${PRIMARY:=postgres}"
if [[ ! -d $PGDATA ]]; then
  copy=$PGDATA.copy
  # A copy that was cut off is made again.
  until rm -rf "$copy" && pg_basebackup --pgdata "$copy" --host "$PRIMARY" --username coalition_replicator --no-password \
    --write-recovery-conf --wal-method stream --checkpoint fast; do
    sleep 2
  done
  # The primary waits for this standby. Once promoted, this server has none to wait for.
  sed -i '/^synchronous_standby_names/d' "$copy/postgresql.auto.conf"
  mv "$copy" "$PGDATA"
fi
exec postgres -D "$PGDATA" -c max_connections=300 -c shared_buffers=512MB -c hot_standby_feedback=on "$@"
