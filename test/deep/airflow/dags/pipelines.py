"""DAGs for the comparison of figures: written for Airflow 2.11 and 3.3."""
from datetime import datetime, timedelta

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator


def fail():
    raise ValueError("no rows from upstream")


def work():
    return None


def dag(name, schedule, **more):
    return DAG(name, start_date=datetime(2026, 1, 1), schedule=schedule, catchup=False, tags=more.pop("tags", []),
               default_args={"owner": more.pop("owner", "platform")}, **more)


with dag("etl_orders", "0 2 * * *", tags=["sales"]) as etl_orders:
    PythonOperator(task_id="extract", python_callable=work) >> PythonOperator(task_id="load", python_callable=work)
with dag("etl_broken", "@daily", tags=["sales"]) as etl_broken:
    PythonOperator(task_id="extract", python_callable=work) >> PythonOperator(task_id="load", python_callable=fail)
with dag("never", None) as never:
    PythonOperator(task_id="work", python_callable=work)
with dag("resting", "@hourly", is_paused_upon_creation=True) as resting:
    PythonOperator(task_id="work", python_callable=work)
for index in range(130):
    # Late at any time of the day but five minutes: an hourly one would not be in the first minutes of each hour.
    with dag(f"bulk_{index:03}", "30 1 * * *") as bulk:
        PythonOperator(task_id="work", python_callable=work)
    globals()[f"bulk_{index:03}"] = bulk
