#!/usr/bin/env bash
# The console in Debian's Chromium: what `npm test` asks where a browser is found, and then every page at three widths and in
# both themes, states, hostile names, files, the keyboard, sizes, times, the walk of somebody new.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }
export CHROMIUM="${CHROMIUM:-$(command -v chromium)}"
vitest run test/end-to-end/console.test.ts
# In one worker, so that the files of one system share it.
vitest run --config test/deep/vitest.config.ts --no-file-parallelism --no-isolate browser
