#!/usr/bin/env bash
# Real Airflow 2.11.2 and 3.3.2 with real DAG runs: /airflow_health by each way in, figure by figure against Airflow's own
# database. Installs both outside the tree by uv; needs python3 with venv, which brings uv.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill -- "-$server" 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --quiet --disable-pip-version-check install uv
uv() { UV_CACHE_DIR="$place/cache" "$place/venv/bin/uv" --quiet "$@"; }

for version in 2.11.2 3.3.2; do
  printf -- '-- Airflow %s\n' "$version"
  uv venv --python 3.11 "$place/airflow"
  uv pip install --python "$place/airflow/bin/python" "apache-airflow==$version" $([ "$version" = 3.3.2 ] || printf 'sqlalchemy<2')
  export AIRFLOW_HOME="$place/home" AIRFLOW__CORE__DAGS_FOLDER="$PWD/test/deep/airflow/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=False PYTHONDONTWRITEBYTECODE=1
  mkdir -p "$AIRFLOW_HOME"
  port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  (
    export PATH="$place/airflow/bin:$PATH"
    if [ "$version" = 2.11.2 ]; then
      export AIRFLOW__API__AUTH_BACKENDS=airflow.api.auth.backend.basic_auth
      airflow db migrate
      airflow users create -u admin -p admin -r Admin -e admin@example.com -f a -l b
      airflow dags reserialize
    else
      export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS=admin:admin AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$AIRFLOW_HOME/passwords.json"
      printf '{"admin":"admin"}' >"$AIRFLOW_HOME/passwords.json"
      airflow db migrate
    fi
    # Reads the files. That of 2 is its scheduler, which on SQLite has it inside; told to make no runs by itself.
    if [ "$version" = 2.11.2 ]; then
      AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE=False timeout 120 airflow scheduler -n 10 || true
    else
      timeout 120 airflow dag-processor -n 1 || true
    fi
    for dag in etl_orders etl_broken; do
      for days in 2 1 0; do airflow dags test "$dag" "$(date -u -d "-$days days" +%F)" || true; done
    done
  ) >"$place/log" 2>&1 || { tail -40 "$place/log"; exit 1; }
  if [ "$version" = 2.11.2 ]; then
    AIRFLOW__API__AUTH_BACKENDS=airflow.api.auth.backend.basic_auth PATH="$place/airflow/bin:$PATH" \
      setsid airflow webserver -w 1 -p "$port" -A "$place/access" >>"$place/log" 2>&1 &
  else
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS=admin:admin AIRFLOW__API_AUTH__JWT_SECRET="$(head -c 48 /dev/urandom | base64 -w 0)" \
      AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$AIRFLOW_HOME/passwords.json" PATH="$place/airflow/bin:$PATH" \
      setsid airflow api-server --workers 1 --host 127.0.0.1 --port "$port" >>"$place/log" 2>&1 &
  fi
  server=$!
  api="$([ "$version" = 2.11.2 ] && printf v1 || printf v2)"
  for _ in $(seq 240); do
    ! curl --silent --fail --output /dev/null "http://127.0.0.1:$port/api/$api/version" || break
    sleep 0.5
  done
  AIRFLOW="http://admin:admin@127.0.0.1:$port" AIRFLOW_DATABASE="$AIRFLOW_HOME/airflow.db" AIRFLOW_VERSION="$version" \
    vitest run --config test/deep/vitest.config.ts airflow || { tail -40 "$place/log"; exit 1; }
  kill -- "-$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
  rm -rf "$place/airflow" "$place/home"
done
