"""What Prometheus has got, and what its own parsers make of the same texts. Arguments: see prometheus.sh."""

import base64
import json
import sys
import time
import urllib.parse
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

prometheus, api, token_endpoint, client, secret, place = sys.argv[1:]
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
TARGETS = [
    "/metrics",
    "/bucket_size?environment=*",
    "/table_size?environment=*&summary=true",
    "/users?environment=*&summary=true",
    "/micro_flow_constants?environment=*&summary=true",
    "/storage_audit?environment=*&summary=true",
    "/airflow_health?environment=*&summary=true",
    "/table_size?environment=shop-prod,shop-acc&summary=true",
]
FIGURES = [
    "mrt_bucket_size_bytes",
    "mrt_bucket_objects",
    "mrt_database_size_bytes",
    "mrt_database_free_bytes",
    "mrt_table_total_bytes",
    "mrt_users",
    "mrt_constants",
    "mrt_storage_audit_bytes",
    "mrt_airflow_dag_runs",
    "mrt_airflow_dags",
    "mrt_airflow_tasks",
    "mrt_airflow_import_errors",
    "mrt_airflow_component_healthy",
    "mrt_figure_age_seconds",
    "mrt_source_up",
]


def query(text):
    address = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': text})}"
    with urllib.request.urlopen(address, timeout=5) as reply:
        return json.load(reply)["data"]["result"]


def until(what, name=None, seconds=120):
    """The first truthy answer; a scrape that is wrong may be right once the first recording has ended."""
    late = time.time() + seconds
    while True:
        try:
            found = what()
        except OSError:
            found = None
        if found:
            return found
        if time.time() > late:
            sys.exit(f"not within {seconds} s: {name or what.__name__}")
        time.sleep(1)


def scraped():
    up = {one["metric"]["job"]: one["value"][1] for one in query("up")}
    return up.get("metrics") == "1" and up.get("tables") == "1" and query("mrt_storage_audit_bytes") and up


up = until(scraped)
assert up["stranger"] == "0", "a scrape without a token must fail"
for figure in FIGURES:
    # A record that is kept from an older release has the newer figures with its next recording.
    until(lambda: query(f'{figure}{{job="metrics"}}'), figure)
assert query('count(mrt_source_up{job="metrics"} == 1)')[0]["value"][1] != "0"
# Nor does the record of a run without these samples have them before.
until(lambda: query('mrt_database_size_bytes{job="tables",environment="shop-sample-0005"}'), "the fifth sample's size")
assert not query('mrt_users{job="tables"}'), "a route's scrape has that route's figures alone"


def waiting():
    """Rules over the sample Airflow, which has a DAG that fails, one that is late, and a file that cannot be read."""
    alerts = query('ALERTS{alertstate="pending",environment="etl-prod"}')
    return {"MrtAirflowDagFailing", "MrtAirflowDagLate", "MrtAirflowImportErrors"} <= {
        one["metric"]["alertname"] for one in alerts
    }


until(waiting)
assert not query('ALERTS{alertname="MrtAirflowComponentUnhealthy"}'), "all components of the sample are healthy"

request = urllib.request.Request(token_endpoint, data=b"grant_type=client_credentials")
request.add_header("authorization", "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode())
with urllib.request.urlopen(request, timeout=10) as reply:
    token = json.load(reply)["access_token"]


def ask(target, accept):
    asked = urllib.request.Request(api + target, headers={"authorization": f"Bearer {token}", "accept": accept})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.headers["content-type"], answer.read().decode()


samples = 0
for target in TARGETS:
    media_type, text = ask(target, OPENMETRICS)
    assert media_type.startswith(OPENMETRICS), media_type
    strict = [sample for family in openmetrics(text) for sample in family.samples]
    media_type, text = ask(target, "text/plain")
    assert media_type.startswith("text/plain; version=0.0.4"), media_type
    older = [sample for family in prometheus_text(text) for sample in family.samples]
    assert {(s.name, tuple(sorted(s.labels.items()))) for s in strict} == {
        (s.name, tuple(sorted(s.labels.items()))) for s in older
    }, target
    assert strict and all(s.name.startswith("mrt_") and s.timestamp is None for s in strict), target
    samples += len(strict)
    if target == "/metrics":
        with open(f"{place}/metrics.txt", "w", encoding="utf-8") as file:
            file.write(text)
        kept = int(query('scrape_samples_scraped{job="metrics"}')[0]["value"][1])
        added = int(query('scrape_samples_post_metric_relabeling{job="metrics"}')[0]["value"][1])
        assert kept == added == len(strict), f"{kept} scraped, {added} kept, {len(strict)} sent"

print(f"{samples} samples of {len(TARGETS)} answers, the same in both forms; Prometheus kept all that it scraped")
