#!/usr/bin/env bash
# The stacks of the three examples created in an emulator of CloudFormation and the services behind it, asked with a token
# of its Cognito, and deleted. Installs ministack outside the tree; needs python3 with venv.
#
# What this shows: references, order and names hold; the bundles run as Lambda would run them, fetch Cognito's keys, write
# and read the key bucket; gateway, authorizer and permissions (with `delivery`, of the alias) let a token in and nobody else.
# What it cannot show: the emulator asks no role and no endpoint policy, has no network and no database behind the functions,
# makes no step of CodeDeploy, takes any code, closes no execute-api address and asks for no client certificate. The types
# that it does not know are named in emulator.py, and in the output.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
work="$(mktemp -d)"
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 cryptography
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"

for example in example example-new example-options; do
  printf '%s\n' "-- $example"
  CDK_OUTDIR="$work/$example" CDK_CONTEXT_JSON="{\"config\":\"config/$example.json\"}" node lib/app.ts 2>"$work/synth.log" ||
    { cat "$work/synth.log"; exit 1; }
  field() { node -p "JSON.parse(require('fs').readFileSync('config/$example.json')).$1"; }
  # A request without a signature belongs to this account and Region, and so do those of the gateway.
  MINISTACK_ACCOUNT_ID="$(field account)" MINISTACK_REGION="$(field region)" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" \
    TMPDIR="$work" STATE_DIR="$work/state" "$work/venv/bin/ministack" >"$work/log" 2>&1 &
  emulator=$!
  for _ in $(seq 150); do
    ! python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null || break
    sleep 0.4
  done
  "$work/venv/bin/python" .ci/deep.d/emulator.py "$work/$example" "http://127.0.0.1:$port" ||
    { grep -v INFO "$work/log" | tail -20; exit 1; }
  kill "$emulator"
  wait "$emulator" 2>/dev/null || true
  emulator=
done
