#!/usr/bin/env bash
# Every figure of bench/ can still be measured: a benchmark rots unseen, as it is no test and fails no build. The figures
# themselves are not judged, and a peer that is not installed is skipped, as the benchmark itself does. Those that are
# asked for by hand (load, soak, faults, inventory) run at their smallest.
# `bash .ci/deep.d/bench.sh users` runs only what holds "users" in its name. All of it takes half an hour alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
only="${1:-}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
node bench/run.ts "$only" | tee "$log"
if grep -q 'could not be measured' "$log"; then exit 1; fi

# Name, then its command.
by_hand() {
  case "$1" in *"$only"*) ;; *) return 0 ;; esac
  printf '\n-- %s\n' "$1"
  "${@:2}"
  echo "$1" >>"$log"
}
by_hand inventory node bench/inventory.ts 1
by_hand load env MRT_LOAD_SECONDS=5 MRT_LOAD_CLIENTS=10 node bench/load.ts
by_hand soak env MRT_SOAK_SECONDS=60 MRT_SOAK_RATE=5 node bench/soak.ts
by_hand faults node bench/faults.ts
# Two lines are the head of the table.
[ "$(wc -l <"$log")" -gt 2 ] || { echo "no benchmark has \"$only\" in its name"; exit 1; }
