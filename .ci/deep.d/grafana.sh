#!/usr/bin/env bash
# Alert rules by Debian's promtool, with the cases in which they go off; dashboards by Grafana's own schema: what its
# foundation SDK reads and writes again is all that stands in them.
set -euo pipefail
cd "$(dirname "$0")/../.."
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
command -v promtool >/dev/null || { apt-get update -qq && apt-get install -y -qq prometheus >/dev/null; }
for rules in grafana/*alerts.yaml; do
  promtool check rules "$rules"
  promtool test rules "${rules%.yaml}.test.yaml"
done
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'grafana-foundation-sdk==1769699998!10.1.0'
"$place/venv/bin/python" .ci/deep.d/grafana-dashboards.py grafana/*.json
