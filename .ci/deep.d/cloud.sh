#!/usr/bin/env bash
# The template before scanners of other makers, and the bundles under AWS's own runtime client.
# Installs cfn-lint, checkov and aws-lambda-ric outside the tree; needs python3 with venv, and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cfn-lint==1.58.0 checkov==3.3.30

# Each skip of checkov with its reason. What a skip could hide is held by a test in test/lib.
skips=(
  CKV_AWS_18  # access log of the access-log bucket itself: would log for ever
  CKV_AWS_21  # versions of the access-log bucket: S3 writes each object once
  CKV_AWS_26  # encryption of the alarm topic: CloudWatch cannot publish with the AWS-managed key, and alarms hold no data
  CKV_AWS_111 # write without constraints: Lambda's network-interface rights, on * only and denied to the code (permissions.test)
  CKV_AWS_115 # concurrency limit: only functions that open database connections have one, "off" is allowed (functions.test)
  CKV_AWS_116 # dead letters: called synchronously; the publisher comes again in 15 minutes and has an alarm
  CKV_AWS_117 # outside a VPC: the publisher alone, which must reach Cognito (functions.test)
  CKV_AWS_68  # web ACL of the console: files open to anybody, console.web_acl_arn takes a company's own (console.test, edge.test)
  CKV_AWS_86  # log of CloudFront: the web ACL's log has every request, the gateway's what became of it (edge.test)
  CKV_AWS_120 # cache of the Airflow gateway: it keeps no data, and a kept state of a run would be a wrong one
  CKV_AWS_149 # KMS for the canary's secret: Secrets Manager's own key; the canary alone may read it
  CKV_AWS_158 # KMS for log groups: observability.log_kms_key_arn where the company wants it (functions.test)
  CKV_AWS_173 # KMS for variables: they hold ids and names, no secret (functions.test)
)

for example in example example-new example-options; do
  printf '%s\n' "-- $example"
  CDK_OUTDIR="$work/$example" CDK_CONTEXT_JSON="{\"config\":\"config/$example.json\"}" node lib/app.ts 2>"$work/synth.log" ||
    { cat "$work/synth.log"; exit 1; }
  for template in "$work/$example"/*.template.json; do
    # W3005: the CDK names dependencies that references imply. W3010: zones come from the configuration (lib/checks.ts).
    "$work/venv/bin/cfn-lint" --ignore-checks W3005 W3010 --template "$template"
    echo "$(basename "$template"): cfn-lint: no finding"
    "$work/venv/bin/checkov" --framework cloudformation --compact --quiet --skip-download \
      --skip-check "$(IFS=,; echo "${skips[*]}")" --file "$template" >"$work/checkov.log" 2>&1 ||
      { cat "$work/checkov.log"; exit 1; }
    echo "$(basename "$template"): checkov: no finding beyond the reasoned skips"
  done
done
"$work/venv/bin/python" .ci/deep.d/deployer-rights.py "$work"/example/*.template.json "$work"/example-new/*.template.json

(cd "$work" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund aws-lambda-ric@4.0.2)
node .ci/deep.d/runtime-client.ts "$work/example" "$work/node_modules/aws-lambda-ric"
node .ci/deep.d/runtime-client.ts "$work/example-options" "$work/node_modules/aws-lambda-ric"
