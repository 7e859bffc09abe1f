#!/usr/bin/env bash
# The SQL that Athena is to take, asked of Trino itself (Athena's engine) and parsed by sqlglot in Athena's dialect, over
# the files that our own code writes, and one in ORC that Apache Arrow does. Needs python3, mvn and a Java from 24 on
# ($JAVA_HOME or below /usr/lib/jvm).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$place"' EXIT
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  [ -x "$home/bin/java" ] && [ "$("$home/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -ge 24 ] || continue
  java="$home/bin/java"
  break
done
[ -n "$java" ] || { echo 'no Java from 24 on: set JAVA_HOME'; exit 1; }

python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install 'sqlglot==30.30.0' 'pyarrow==26.0.1'
mvn --quiet --batch-mode dependency:copy -Dartifact=io.trino:trino-server:476:tar.gz -DoutputDirectory="$place" >/dev/null
tar -xzf "$place"/trino-server-476.tar.gz -C "$place"
rm "$place"/trino-server-476.tar.gz
# One connector and no other: each that is there is loaded at the start.
find "$place/trino-server-476/plugin" -mindepth 1 -maxdepth 1 ! -name hive -exec rm -rf {} +

port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
mkdir -p "$place/etc/catalog" "$place/data/files"
printf '%s\n' node.environment=test "node.data-dir=$place/data" >"$place/etc/node.properties"
printf '%s\n' coordinator=true node-scheduler.include-coordinator=true http-server.http.port="$port" \
  node.internal-address=127.0.0.1 http-server.log.enabled=false "discovery.uri=http://127.0.0.1:$port" \
  catalog.management=static query.max-memory=700MB query.max-memory-per-node=700MB \
  >"$place/etc/config.properties"
printf '%s\n' connector.name=hive hive.metastore=file hive.metastore.catalog.dir=local:///metastore \
  fs.native-local.enabled=true "local.location=$place/data/files" hive.partition-projection-enabled=true \
  hive.ignore-absent-partitions=true hive.security=allow-all hive.orc.use-column-names=true >"$place/etc/catalog/hive.properties"
printf '%s\n' io.trino=WARN >"$place/etc/log.properties"
# The launcher that comes with it is a program of its own; what it starts is this.
"$java" -Xmx2G -XX:+ExplicitGCInvokesConcurrent -Djdk.attach.allowAttachSelf=true --add-modules jdk.incubator.vector \
  -cp "$place/trino-server-476/lib/*" "-Dconfig=$place/etc/config.properties" "-Dnode.environment=test" \
  "-Dlog.levels-file=$place/etc/log.properties" "-Dnode.data-dir=$place/data" \
  "-Dplugin.dir=$place/trino-server-476/plugin" "-Dcatalog.config-dir=$place/etc/catalog" \
  io.trino.server.TrinoServer >"$place/log" 2>&1 &
server=$!
export TRINO="http://127.0.0.1:$port" TRINO_FILES="$place/data/files" PYTHON="$place/venv/bin/python"
vitest run --config test/deep/vitest.config.ts trino || { tail -60 "$place/log"; exit 1; }
