#!/usr/bin/env bash
# moto's servers as independent back ends: S3 and CloudWatch behind our services and side by side with ours, EventBridge and
# Security Hub for the audit forwarder.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'moto[server]==5.1.14'
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
"$place/venv/bin/moto_server" --host 127.0.0.1 --port "$port" >"$place/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  ! python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null || break
  sleep 0.2
done
MOTO="http://127.0.0.1:$port" vitest run --config test/deep/vitest.config.ts moto || { tail -40 "$place/log"; exit 1; }
