"""Writes a report of S3 Inventory in ORC out of one in Parquet, as S3 does, by a library that has nothing to do with us.

    python3 orc_report.py report.parquet report.orc
"""

import sys

import pyarrow as arrow
from pyarrow import orc, parquet

# The fileSchema of ORC in the example manifest (Amazon S3 user guide, "Inventory manifest"), all optional fields included.
TIME = arrow.timestamp("ns")
FIELDS = [
    ("bucket", arrow.string()),
    ("key", arrow.string()),
    ("version_id", arrow.string()),
    ("is_latest", arrow.bool_()),
    ("is_delete_marker", arrow.bool_()),
    ("size", arrow.int64()),
    ("last_modified_date", TIME),
    ("e_tag", arrow.string()),
    ("storage_class", arrow.string()),
    ("is_multipart_uploaded", arrow.bool_()),
    ("replication_status", arrow.string()),
    ("encryption_status", arrow.string()),
    ("object_lock_retain_until_date", TIME),
    ("object_lock_mode", arrow.string()),
    ("object_lock_legal_hold_status", arrow.string()),
    ("intelligent_tiering_access_tier", arrow.string()),
    ("bucket_key_status", arrow.string()),
    ("checksum_algorithm", arrow.string()),
    ("object_access_control_list", arrow.string()),
    ("object_owner", arrow.string()),
]

source, target = sys.argv[1:]
report = parquet.read_table(source)


def column(name, kind):
    """One that the report has; else one without values, as S3 leaves it where there is nothing to tell."""
    if name not in report.column_names:
        return arrow.nulls(report.num_rows, kind)
    values = report.column(name)
    # A time of ORC has no zone: it is that of UTC.
    return values.cast(arrow.timestamp("ns", "UTC")).cast(kind) if kind == TIME else values.cast(kind)


table = arrow.table({name: column(name, kind) for name, kind in FIELDS})
orc.write_table(table, target, compression="zlib")
