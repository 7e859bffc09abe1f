#!/usr/bin/env bash
# Real Airflow 2.11.2 and 3.3.2 with real DAG runs: every test/deep/airflow*.deep.ts is asked of each, figure by figure
# against Airflow's own database, and at last its scheduler runs what is started through the gateway. Installs both outside the tree by uv; needs python3 with venv, which brings uv.
# AIRFLOW_VENVS=<folder> keeps what is installed for the next time; without it, nothing stays. AIRFLOW_VERSIONS=3.3.2 asks one.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
place="$(mktemp -d)"
venvs="${AIRFLOW_VENVS:-$place}"
home="$place/home"

# Airflow's commands leave servers, supervisors and workers behind, in groups of their own. All have this home, and none else;
# SPT_NOENV keeps it readable where a server writes its title over its environment (setproctitle's README).
stop_airflow() {
  local signal pids
  for signal in TERM TERM KILL; do
    pids="$(grep -lsxzF "AIRFLOW_HOME=$home" /proc/[0-9]*/environ | cut -d / -f 3 || true)"
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086
    kill -"$signal" $pids 2>/dev/null || true
    for _ in $(seq 20); do
      grep -qsxzF "AIRFLOW_HOME=$home" /proc/[0-9]*/environ || return 0
      sleep 0.25
    done
  done
}
trap 'stop_airflow; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM

install() {
  [ ! -x "$venvs/$1/bin/airflow" ] || return 0
  mkdir -p "$venvs"
  [ -x "$place/uv/bin/uv" ] || { python3 -m venv "$place/uv" && "$place/uv/bin/pip" --quiet --disable-pip-version-check install uv; }
  UV_CACHE_DIR="$place/cache" "$place/uv/bin/uv" --quiet venv --python 3.11 "$venvs/$1"
  # 2.11 runs on an SQLAlchemy that its own requirements do not hold it to.
  UV_CACHE_DIR="$place/cache" "$place/uv/bin/uv" --quiet pip install --python "$venvs/$1/bin/python" "apache-airflow==$1" \
    $([ "${1%%.*}" != 2 ] || printf 'sqlalchemy<2')
}

# Settings of either version; the one that a setting is not for does not know it.
airflow() {
  env AIRFLOW_HOME="$home" SPT_NOENV=1 PATH="$venvs/$version/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW__CORE__DAGS_FOLDER="$PWD/test/deep/airflow/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=False \
    AIRFLOW__API__AUTH_BACKENDS=airflow.api.auth.backend.basic_auth AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE=False \
    AIRFLOW__CORE__PARALLELISM=2 AIRFLOW__CORE__EXECUTION_API_SERVER_URL="http://127.0.0.1:$port/execution/" \
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS=admin:admin AIRFLOW__API_AUTH__JWT_SECRET="$secret" \
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$home/passwords.json" \
    setsid --wait airflow "$@"
}

# DAGs read from their files, and three days of runs of one that works and one that fails.
prepare() {
  airflow db migrate
  if [ "${version%%.*}" = 2 ]; then
    airflow users create -u admin -p admin -r Admin -e admin@example.com -f a -l b
    airflow dags reserialize
    # Its scheduler writes import errors, as on SQLite it reads the files itself; told to make no runs of its own accord.
    airflow scheduler -n 10
  else
    airflow dag-processor -n 1
  fi
  for dag in etl_orders etl_broken; do
    # That of a DAG which fails ends with an error, as it should.
    for days in 2 1 0; do airflow dags test "$dag" "$(date -u -d "-$days days" +%F)" || true; done
  done
}

serve() {
  if [ "${version%%.*}" = 2 ]; then airflow webserver -w 1 -p "$port" -A "$place/access"
  else airflow api-server --workers 1 --host 127.0.0.1 --port "$port"; fi
}

ask() {
  AIRFLOW="http://admin:admin@127.0.0.1:$port" AIRFLOW_DATABASE="$home/airflow.db" AIRFLOW_VERSION="$version" \
    vitest run --config test/deep/vitest.config.ts "$@" || { tail -40 "$place/log"; exit 1; }
}

for version in ${AIRFLOW_VERSIONS:-2.11.2 3.3.2}; do
  printf -- '-- Airflow %s\n' "$version"
  install "$version"
  mkdir -p "$home"
  port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  secret="$(head -c 48 /dev/urandom | base64 -w 0)"
  printf '{"admin":"admin"}' >"$home/passwords.json"
  prepare >"$place/log" 2>&1 || { tail -40 "$place/log"; exit 1; }
  serve >>"$place/log" 2>&1 &
  api="$([ "${version%%.*}" = 2 ] && printf v1 || printf v2)"
  for _ in $(seq 240); do
    ! curl --silent --fail --output /dev/null "http://127.0.0.1:$port/api/$api/version" || break
    sleep 0.5
  done
  ask airflow --exclude '**/airflow-gateway*'
  # Only now, as the figures before are compared while nothing moves.
  airflow scheduler >>"$place/log" 2>&1 &
  ask airflow-gateway
  stop_airflow
  rm -rf "$home"
done
