#!/usr/bin/env bash
# Two linters read docs/openapi.json: redocly with its recommended rules, spectral with all of its own, warnings included.
set -euo pipefail
cd "$(dirname "$0")/../.."
root="$PWD"
export PATH="$root/node_modules/.bin:$PATH"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
printf '{"private":true}' >"$place/package.json"
(cd "$place" && npm install --silent --no-audit --no-fund --ignore-scripts @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3)
# Outside the tree, so that no settings of ours are found but those that are named.
cd "$place"
REDOCLY_TELEMETRY=off node_modules/.bin/redocly lint --max-problems 100 "$root/docs/openapi.json"
node_modules/.bin/spectral lint --fail-severity warn --ruleset "$root/.ci/spectral.yaml" "$root/docs/openapi.json"
