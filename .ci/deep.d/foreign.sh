#!/usr/bin/env bash
# The routes on other back ends: Debian's PostgreSQL 15 by MRT_DATABASE_URL, moto's S3 by AWS_ENDPOINT_URL_S3.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
moto=
postgres=/usr/lib/postgresql/15/bin
stop() {
  [ -z "$moto" ] || kill "$moto" 2>/dev/null || true
  [ ! -f "$place/data/postmaster.pid" ] || as_postgres "$postgres/pg_ctl" -D "$place/data" -m immediate stop >/dev/null || true
  rm -rf "$place"
}
trap stop EXIT
# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

[ -x "$postgres/initdb" ] || { apt-get update -qq && apt-get install -y -qq postgresql-15 >/dev/null; }
chmod 755 "$place"
mkdir "$place/data" "$place/socket"
[ "$(id -u)" -ne 0 ] || chown postgres "$place/data" "$place/socket"
echo foreign >"$place/password"
chmod 644 "$place/password"
as_postgres "$postgres/initdb" -D "$place/data" -U owner --auth=scram-sha-256 --pwfile="$place/password" >/dev/null
port="$(free_port)"
as_postgres "$postgres/pg_ctl" -D "$place/data" -w -l "$place/data/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$place/socket" start >/dev/null

python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'moto[server]==5.1.14'
moto_port="$(free_port)"
"$place/venv/bin/moto_server" --host 127.0.0.1 --port "$moto_port" >"$place/moto.log" 2>&1 &
moto=$!
for _ in $(seq 100); do
  ! python3 -c "import socket; socket.create_connection(('127.0.0.1', $moto_port))" 2>/dev/null || break
  sleep 0.2
done

FOREIGN_POSTGRES="postgresql://owner:foreign@127.0.0.1:$port/postgres" FOREIGN_S3="http://127.0.0.1:$moto_port" \
  vitest run --config test/deep/vitest.config.ts foreign
