#!/usr/bin/env bash
# `mrt` in a real terminal (tmux, 80 and 200 columns), interrupted, without a network, with an expired token, on a disk of
# its own that is full; completed by bash, zsh and fish; `mrt mcp` asked by the inspector's command line.
# Needs root for the small disk, and Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
stop() {
  umount "$place/disk" 2>/dev/null || true
  rm -rf "$place"
}
trap stop EXIT
missing=()
[ -f /usr/share/bash-completion/bash_completion ] || missing+=(bash-completion)
for program in tmux zsh fish; do command -v "$program" >/dev/null || missing+=("$program"); done
[ "${#missing[@]}" -eq 0 ] || { apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null; }
# PostgreSQL, which runs as another user for root, has to get there.
chmod 755 "$place"
mkdir "$place/disk" "$place/inspector" "$place/tmp"
chmod 755 "$place/tmp"
export TMPDIR="$place/tmp"
mount -t tmpfs -o size=4m tmpfs "$place/disk"
npm install --prefix "$place/inspector" --no-audit --no-fund --silent @modelcontextprotocol/inspector@2.12.0
export MRT_SMALL_DISK="$place/disk" MRT_INSPECTOR="$place/inspector/node_modules/.bin/mcp-inspector"
vitest run --config test/deep/vitest.config.ts terminal
