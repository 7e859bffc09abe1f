#!/usr/bin/env bash
# Debian's Prometheus scrapes the local run as a customer would set it up: OAuth2 client credentials, /metrics for all, a
# summary of the fleet for one route. The parsers of Python's prometheus-client read what it reads, and promtool lints it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$place"' EXIT
command -v prometheus >/dev/null || { apt-get update -qq && apt-get install -y -qq prometheus >/dev/null; }
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'prometheus-client==0.24.1'

rm -f .local/endpoints.json
PORT=0 MRT_SAMPLES=5 node local/start.ts >"$place/log" 2>&1 &
pids+=($!)
for _ in $(seq 240); do
  [ ! -f .local/endpoints.json ] || break
  kill -0 "${pids[0]}" 2>/dev/null || { cat "$place/log"; exit 1; }
  sleep 0.5
done
read -r api token_endpoint id secret < <(node -e '
  const { api, token_endpoint, client_id, client_secret } = require("./.local/endpoints.json");
  console.log(api, token_endpoint, client_id, client_secret);')
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"

cat >"$place/prometheus.yml" <<END
global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s }
rule_files: ['$PWD/grafana/*alerts.yaml']
scrape_configs:
  - job_name: metrics
    metrics_path: /metrics
    oauth2: &client
      client_id: $id
      client_secret: $secret
      token_url: $token_endpoint
    static_configs: &api [{ targets: ['${api#http://}'] }]
  - job_name: tables
    metrics_path: /table_size
    params: { environment: ['*'], summary: ['true'] }
    oauth2: *client
    static_configs: *api
  - job_name: stranger
    metrics_path: /metrics
    static_configs: *api
END
promtool check config "$place/prometheus.yml"
prometheus --config.file="$place/prometheus.yml" --storage.tsdb.path="$place/data" \
  --web.listen-address="127.0.0.1:$port" >"$place/prometheus.log" 2>&1 &
pids+=($!)

"$place/venv/bin/python" .ci/deep.d/prometheus-check.py "http://127.0.0.1:$port" "$api" "$token_endpoint" "$id" "$secret" "$place"
# Lint: names, units, help. Its exit code is 3 for advice that it has.
promtool check metrics <"$place/metrics.txt"
