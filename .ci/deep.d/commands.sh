#!/usr/bin/env bash
# The commands of the pages, run without an account. Installs the AWS command line outside the tree; needs python3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check awscli==1.46.3 2>"$work/pip.log" ||
  { cat "$work/pip.log"; exit 1; }
node .ci/deep.d/commands.ts "$work/venv/bin"
