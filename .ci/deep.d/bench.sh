#!/usr/bin/env bash
# Every figure of `npm run bench` can still be measured: a benchmark rots unseen, as it is no test and fails no build.
# The figures themselves are not judged, and a peer that is not installed is skipped, as the benchmark itself does.
# `bash .ci/deep.d/bench.sh users` measures only the files whose name holds "users". It takes half an hour.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
node bench/run.ts "${1:-}" | tee "$log"
[ "$(wc -l <"$log")" -gt 2 ] || { echo 'no benchmark of that name'; exit 1; }
! grep 'could not be measured' "$log"
