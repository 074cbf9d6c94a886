#!/usr/bin/env bash
# Run once by PostgreSQL's image, on an empty data folder: the owner of the schemas, the gateways' role, the ledger's
# database and that of members' keys, which wants backups of its own. No password is in an argument, and no other role
# of the server may connect.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<'SQL'
\set owner `cat /run/secrets/coalition_owner.password`
\set app `cat /run/secrets/coalition_app.password`
CREATE ROLE coalition_owner LOGIN PASSWORD :'owner';
CREATE ROLE coalition_app LOGIN PASSWORD :'app';
CREATE DATABASE coalition OWNER coalition_owner;
CREATE DATABASE coalition_keys OWNER coalition_owner;
REVOKE CONNECT ON DATABASE coalition, coalition_keys FROM PUBLIC;
GRANT CONNECT ON DATABASE coalition, coalition_keys TO coalition_app;
SQL
