"""DAGs that the gateway's callers of config/pipelines.json may start; by nothing else, as they have no schedule."""
from datetime import datetime

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator


def load(dag_run, **context):
    print("loading with", dag_run.conf, "and a long text:")
    for line in range(2000):
        print(f"line {line:04} of 2000")


def fail():
    raise ValueError("no rows from upstream")


def part(number):
    print("part", number)


for name, work in (("warehouse_load", load), ("crm_contacts", load), ("stock_levels", fail)):
    with DAG(name, start_date=datetime(2026, 1, 1), schedule=None, catchup=False) as started:
        first = PythonOperator(task_id="load", python_callable=work)
        if name == "warehouse_load":
            first >> PythonOperator.partial(task_id="parts", python_callable=part).expand(op_args=[[1], [2]])
    globals()[name] = started
