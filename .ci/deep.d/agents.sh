#!/usr/bin/env bash
# Agents beyond what npm can show: mosquitto as another broker, by MQTT 5 and under its dynamic-security plugin; the manifests
# before the schemas of Kubernetes; the agent's template before scanners of other makers; the unit before systemd; the whole
# system with an agent that is killed, and a million users exported through it, in some minutes. Needs mosquitto, openssl and
# python3 with venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  kubernetes-validate==1.37.0 jsonschema==4.26.0 pyyaml==6.0.3 cfn-lint==1.58.0 checkov==3.3.30

"$work/venv/bin/python" .ci/deep.d/agent-manifests.py agent/kubernetes/agent.yaml "$work"
for manifest in "$work"/manifest-*.yaml; do
  "$work/venv/bin/kubernetes-validate" --strict "$manifest"
done

CDK_OUTDIR="$work/out" CDK_CONTEXT_JSON='{"config":"config/agent/example.json"}' \
  node lib/agent-account/app.ts 2>"$work/synth.log" || { cat "$work/synth.log"; exit 1; }
template="$work/out/mrt-agent-depot.template.json"
# W3005: the CDK names dependencies that references imply.
"$work/venv/bin/cfn-lint" --ignore-checks W3005 --template "$template"
skips=(
  CKV_AWS_26  # encryption of the alarm topic: CloudWatch cannot publish with the AWS-managed key, and alarms hold no data
  CKV_AWS_149 # KMS for the agent's secret: Secrets Manager's own key; the agent's role alone may read it
  CKV_AWS_158 # KMS for log groups: observability.log_kms_key_arn where the company wants it
  CKV_AWS_382 # egress: to 443 and 8883 only, as IoT Core and AWS's endpoints have no fixed addresses
)
"$work/venv/bin/checkov" --framework cloudformation --compact --quiet --skip-download \
  --skip-check "$(IFS=,; echo "${skips[*]}")" --file "$template" >"$work/checkov.log" 2>&1 ||
  { cat "$work/checkov.log"; exit 1; }
echo "the agent's template: cfn-lint and checkov: no finding beyond the reasoned skips"

if command -v systemd-analyze >/dev/null; then
  # The program is looked for; here it need not be installed.
  mkdir -p "$work/units" && sed 's#/usr/bin/env mrt-agent#/usr/bin/env true#; s#^User=.*#DynamicUser=yes#' \
    packages/agent/mrt-agent.service >"$work/units/mrt-agent.service"
  systemd-analyze verify --man=no "$work/units/mrt-agent.service"
  echo "mrt-agent.service: systemd-analyze verify has nothing to say"
else
  echo 'systemd-analyze is not installed: the unit is not looked at'
fi

command -v mosquitto >/dev/null || PATH="$PATH:/usr/sbin"
command -v mosquitto >/dev/null || { echo 'mosquitto is not installed (Debian: apt-get install mosquitto)'; exit 1; }
vitest run --config test/deep/vitest.config.ts --no-file-parallelism mosquitto agents
