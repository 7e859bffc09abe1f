#!/usr/bin/env bash
# Breaks what guards, one place at a time, and looks whether a test notices (docs/decisions/mutation.md).
# Writes nothing into the tree. MRT_MUTATION_MINUTES bounds it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH" NO_COLOR=1
node test/mutation/run.ts
