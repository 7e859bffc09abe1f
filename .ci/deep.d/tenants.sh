#!/usr/bin/env bash
# 10,000 mixed requests of two tenants at warm instances (test/attack/tenants.test.ts): nothing of one reaches the other. Then
# each control that keeps tenants apart is taken out, and the test that is named for it must fail (test/deep/tenant-controls).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
export MRT_TENANT_REQUESTS="${MRT_TENANT_REQUESTS:-10000}"
vitest run test/attack/tenants.test.ts
node test/deep/tenant-controls/run.ts
