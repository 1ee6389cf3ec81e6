#!/bin/sh
# Runs one private PostgreSQL for as long as somebody holds the other end of our standard input.
#
#   sh postgres.sh BIN PORT FSYNC
#
# Says "ready FOLDER" and closes standard output once the server answers; says why and fails if it never will.
# The kernel closes the pipe of a process that died, however it died, so nothing is ever left behind.
set -eu
bin=$1 port=$2 fsync=$3

# PostgreSQL refuses to run as root, so root steps aside for the user that the package made.
as=
if [ "$(id -u)" = 0 ]; then
    as='setpriv --reuid=postgres --regid=postgres --clear-groups'
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/busfare-postgres-XXXXXX")
finish() {
    $as "$bin/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data" >/dev/null 2>&1 || true
    cd / && rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
cd "$folder"

give_up() {
    echo "PostgreSQL could not $1:"
    cat "$folder/log"
    exit 1
}

: >log
if [ -n "$as" ]; then
    chown postgres: "$folder" log
fi

$as "$bin/initdb" --pgdata=data --username=busfare --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >>log 2>&1 || give_up 'make its folder'

# Tests kill our server, never this one, so it may forget a power cut: that is what makes hundreds of databases cheap.
$as tee -a data/postgresql.conf >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 300
fsync = $fsync
full_page_writes = $fsync
synchronous_commit = on
jit = off
timezone = 'UTC'
CONF

$as "$bin/pg_ctl" start --silent --wait --pgdata=data --log=log >/dev/null || give_up 'start'

echo "ready $folder"
exec >/dev/null

# Nothing is ever written to us: this returns when the last holder of the pipe is gone.
read -r _ || true
