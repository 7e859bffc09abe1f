#!/usr/bin/env bash
# 20,000 hostile requests at the running system (test/attack/fuzz.test.ts), from a seed that changes with each run.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
export MRT_FUZZ_REQUESTS="${MRT_FUZZ_REQUESTS:-20000}" MRT_FUZZ_SEED="${MRT_FUZZ_SEED:-$RANDOM}"
vitest run test/attack/fuzz.test.ts
