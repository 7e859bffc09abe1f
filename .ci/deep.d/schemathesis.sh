#!/usr/bin/env bash
# schemathesis reads docs/openapi.json and asks the running system at least 20,000 times: no 500, no undocumented
# status, no answer off its schema. MRT_EXAMPLES sets the examples for each operation.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
system=
trap '[ -z "$system" ] || kill "$system" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'schemathesis==4.32.5'

# The sample stage with the throttles of a large one.
node -e '
  const config = JSON.parse(require("node:fs").readFileSync("config/local.json", "utf8"));
  config.limits = { ...config.limits, requests_per_second: 10000, burst: 5000 };
  require("node:fs").writeFileSync(process.argv[1], JSON.stringify(config));' "$place/config.json"
rm -f .local/endpoints.json
PORT=0 MRT_CONFIG="$place/config.json" node local/start.ts >"$place/log" 2>&1 &
system=$!
for _ in $(seq 240); do
  [ ! -f .local/endpoints.json ] || break
  kill -0 "$system" 2>/dev/null || { cat "$place/log"; exit 1; }
  sleep 0.5
done
read -r api token_endpoint client < <(node -e '
  const { api, token_endpoint, client_id, client_secret } = require("./.local/endpoints.json");
  console.log(api, token_endpoint, `${client_id}:${client_secret}`);')
token="$(curl -s -u "$client" -d grant_type=client_credentials "$token_endpoint" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')"

# Names that nobody configured would all be the same 404. An address that is too long is refused too, by the gateway.
cat >"$place/schemathesis.toml" <<'END'
[parameters]
"query.environment" = "shop-prod"
[checks]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "406", "431"]
END
# Left out: whether a value that the schema allows is accepted (dates, environments and buckets that do not exist are
# refused by rule), and what the gateway says to other methods, which is its 404.
(cd "$place" && "$place/venv/bin/schemathesis" run "$OLDPWD/docs/openapi.json" --url "$api" \
  -H "Authorization: Bearer $token" --workers 4 --max-examples "${MRT_EXAMPLES:-2600}" \
  --phases examples,coverage,fuzzing --continue-on-failure --request-timeout 30 --seed "${MRT_SEED:-8}" \
  --exclude-checks positive_data_acceptance,unsupported_method --no-color)
