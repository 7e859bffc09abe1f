#!/usr/bin/env bash
# The readers of YAML, JSON, environment files and HOCON beside the tools whose rules they claim: PyYAML, Python's json,
# Compose's own parser and Lightbend's. Many made inputs; each side says what it reads, and every difference is listed.
# Needs python3, go, mvn and javac.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'PyYAML==6.0.3'
mkdir "$place/compose"
cp test/deep/formats/compose.go.txt "$place/compose/main.go"
(
  cd "$place/compose"
  go mod init compose >/dev/null 2>&1
  go get github.com/compose-spec/compose-go/v2@v2.16.2 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o ../compose-reader .
)
mvn --quiet --batch-mode dependency:copy -Dartifact=com.typesafe:config:1.4.3 -DoutputDirectory="$place" >/dev/null
javac -cp "$place/config-1.4.3.jar" -d "$place" test/deep/formats/HoconReader.java
export FORMATS_HOCON="java -cp $place:$place/config-1.4.3.jar HoconReader"
export FORMATS_PYTHON="$place/venv/bin/python" FORMATS_COMPOSE="$place/compose-reader"
export FORMATS_SEED="${FORMATS_SEED:-$RANDOM}" FORMATS_INPUTS="${FORMATS_INPUTS:-30000}"
vitest run --config test/deep/vitest.config.ts formats
