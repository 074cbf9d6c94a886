# Databases for tests and benchmarks; scripts source this file. Installs missing packages (Debian), starts each database on a
# free loopback port with durable settings, in its own folder, and stops it.

# Runs a command as root.
as_root() {
  if ((EUID == 0)); then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This needs root once: $*"
    return 1
  fi
}

# install COMMAND-OR-PATH PACKAGE...: installs the packages unless the command or path exists.
install() {
  if compgen -G "$1" >/dev/null || command -v "$1" >/dev/null; then return; fi
  shift
  if ! command -v apt-get >/dev/null; then
    echo "Missing, and so is apt-get: $*"
    return 1
  fi
  as_root apt-get update --quiet && DEBIAN_FRONTEND=noninteractive as_root apt-get install --quiet --yes --no-install-recommends "$@"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
}

# Servers refuse to run as root. The user of their package then runs them.
as_user() {
  local user=$1
  shift
  if ((EUID == 0)); then setpriv --reuid "$user" --regid "$user" --init-groups "$@"; else "$@"; fi
}

# start_postgres FOLDER: sets postgres_port and COALITION_TEST_POSTGRES. Durable, unless POSTGRES_FSYNC=off allows it to lose data
# when the machine fails.
start_postgres() {
  install '/usr/lib/postgresql/*/bin/initdb' postgresql || return 1
  postgres_bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -1)")
  postgres_folder=$1/postgres
  postgres_port=$(free_port)
  mkdir -p "$postgres_folder"
  chmod 755 "$1"
  if ((EUID == 0)); then chown postgres "$postgres_folder"; fi
  as_user postgres "$postgres_bin/initdb" --pgdata "$postgres_folder/data" --username postgres --auth trust --encoding UTF8 --locale C >/dev/null || return 1
  cat >>"$postgres_folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
fsync = ${POSTGRES_FSYNC:-on}
synchronous_commit = on
full_page_writes = ${POSTGRES_FSYNC:-on}
shared_buffers = ${POSTGRES_BUFFERS:-256MB}
min_wal_size = ${POSTGRES_WAL:-80MB}
max_wal_size = 4GB
max_connections = 400
CONF
  run_postgres start || { cat "$postgres_folder/log"; return 1; }
  export COALITION_TEST_POSTGRES="Host=127.0.0.1;Port=$postgres_port;Username=postgres;Database=postgres"
  export COALITION_TEST_POSTGRES_DATA=$postgres_folder/data COALITION_TEST_POSTGRES_BIN=$postgres_bin
}

run_postgres() { as_user postgres "$postgres_bin/pg_ctl" --pgdata "$postgres_folder/data" --log "$postgres_folder/log" --silent --wait "$@" </dev/null; }

# start_redis FOLDER: sets COALITION_TEST_REDIS.
start_redis() {
  install redis-server redis-server || return 1
  local port
  # A port without a listener can still be another process's outgoing port. Then the next port is tried.
  for _ in {1..5}; do
    port=$(free_port)
    redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$1" --daemonize no >"$1/redis.log" 2>&1 &
    redis_pid=$!
    export COALITION_TEST_REDIS=127.0.0.1:$port
    for _ in {1..50}; do
      if ! kill -0 "$redis_pid" 2>/dev/null; then break; fi
      if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
      sleep 0.1
    done
  done
  cat "$1/redis.log"
  return 1
}

stop_services() {
  if [[ -n ${postgres_folder:-} && -f $postgres_folder/data/postmaster.pid ]]; then run_postgres stop --mode immediate || true; fi
  if [[ -n ${redis_pid:-} ]]; then kill "$redis_pid" 2>/dev/null || true; fi
  postgres_folder='' redis_pid=''
}
