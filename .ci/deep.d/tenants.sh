#!/usr/bin/env bash
# 10,000 mixed requests of two tenants at warm instances (test/attack/tenants.test.ts): nothing of one reaches the other.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
export MRT_TENANT_REQUESTS="${MRT_TENANT_REQUESTS:-10000}"
vitest run test/attack/tenants.test.ts
